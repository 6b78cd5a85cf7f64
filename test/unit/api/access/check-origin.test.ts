import { describe, expect, test } from "vitest";
import { createCheckOrigin, type OriginRules } from "../../../../shared/api/access/check-origin.ts";
import { createConcurrencyLimits } from "../../../../shared/api/access/concurrency-limits.ts";
import { createWrapHandler } from "../../../../shared/api/response/wrap-handler.ts";
import { context, readResponse, request } from "../../../support/http.ts";

const publicUrl = "https://jobs.example.com";

async function call(
  headers: Record<string, string>,
  { loopbackOnly = true, cookies = false }: Partial<OriginRules> = {},
  method = "GET",
) {
  let handled = false;
  const respond = createWrapHandler(createCheckOrigin({ loopbackOnly, cookies, publicUrl }), createConcurrencyLimits());
  const answer = await respond(async () => {
    handled = true;
    return { status: 200 };
  })(request({ headers, method }), context().context);
  const { status, headers: answered } = await readResponse(answer as never);
  return { status, code: answered.get("x-ms-error-code"), handled };
}

describe("where only this machine may call", () => {
  test.each(["localhost", "localhost:7071", "127.0.0.1:7071", "127.1.2.3:7071", "LOCALHOST:80", "[::1]:7071"])(
    "a request to %s is answered",
    async (host) => {
      expect(await call({ host })).toEqual({ status: 200, code: null, handled: true });
    },
  );

  test.each([
    "evil.test",
    "evil.test:7071",
    "localhost.evil.test",
    "127.0.0.1.evil.test",
    "evil-localhost",
    "localhost@evil.test",
    "localhost, evil.test",
    "0.0.0.0:7071",
    "192.168.1.2",
    "localhost:7071:1",
  ])("a request to %s is refused before anything is read: a name may lead here by DNS", async (host) => {
    expect(await call({ host })).toEqual({ status: 403, code: "not_loopback", handled: false });
  });

  test.each([
    { origin: "http://evil.test" },
    { origin: "http://localhost:3000" },
    { origin: "null" },
    { origin: "nonsense" },
    { "sec-fetch-site": "cross-site" },
    { "sec-fetch-site": "same-site" },
    { "sec-fetch-site": "anything" },
    { origin: "http://localhost:7071", "sec-fetch-site": "cross-site" },
  ])("a browser on another page is refused: %j", async (headers) => {
    expect(await call({ host: "localhost:7071", ...headers })).toEqual({
      status: 403,
      code: "foreign_origin",
      handled: false,
    });
  });

  test.each([
    {},
    { origin: "http://localhost:7071" },
    { origin: "http://LOCALHOST:7071" },
    { "sec-fetch-site": "same-origin" },
    { "sec-fetch-site": "none" },
  ])("the service's own page and other programs are answered: %j", async (headers) => {
    expect(await call({ host: "localhost:7071", ...headers })).toMatchObject({ status: 200 });
  });

  test("a request without a Host is judged by its URL", async () => {
    expect(await call({})).toMatchObject({ status: 200 });
  });
});

test("where callers have keys, hosts and origins are the business of others", async () => {
  expect(
    await call({ host: "jobs.example.com", origin: "https://elsewhere.test" }, { loopbackOnly: false }),
  ).toMatchObject({ status: 200 });
});

describe("where a browser may be signed in by a cookie", () => {
  const signedIn = { loopbackOnly: false, cookies: true };
  const host = "app.azurewebsites.net";

  test.each([
    { origin: "https://evil.test" },
    { origin: "null" },
    { origin: "https://app.azurewebsites.net.evil.test" },
    { "sec-fetch-site": "cross-site" },
    { "sec-fetch-site": "same-site" },
    { "sec-fetch-site": "cross-site", origin: `https://${host}` },
    { "sec-fetch-site": "cross-site", cookie: "AppServiceAuthSession=1" },
  ])("what another site's page sends changes nothing: %j", async (headers) => {
    for (const method of ["POST", "PUT", "PATCH", "DELETE"]) {
      expect(await call({ host, ...headers }, signedIn, method)).toEqual({
        status: 403,
        code: "foreign_origin",
        handled: false,
      });
    }
  });

  test.each([
    {},
    { origin: `https://${host}` },
    { origin: publicUrl },
    { "sec-fetch-site": "same-origin", origin: "https://front-door.example.com" },
    { "sec-fetch-site": "none" },
    { "sec-fetch-site": "cross-site", origin: "https://spa.example.com", authorization: "Bearer token" },
  ])("its own page and programs may change things: %j", async (headers) => {
    expect(await call({ host, ...headers }, signedIn, "POST")).toEqual({ status: 200, code: null, handled: true });
  });

  test("reading is left to the browser, which shows nothing of it to another site's page", async () => {
    expect(await call({ host, "sec-fetch-site": "cross-site" }, signedIn)).toMatchObject({ status: 200 });
  });
});
