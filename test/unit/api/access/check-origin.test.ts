import { describe, expect, test } from "vitest";
import { createCheckOrigin, type OriginRules } from "../../../../shared/api/access/check-origin.ts";
import { createConcurrencyLimits } from "../../../../shared/api/access/concurrency-limits.ts";
import { createWrapHandler } from "../../../../shared/api/response/wrap-handler.ts";
import { context, readResponse, request } from "../../../support/http.ts";

const publicUrl = "https://jobs.example.com";

async function send(
  headers: Record<string, string>,
  { loopbackOnly = true, cookies = false }: Partial<OriginRules> = {},
  method = "GET",
) {
  let handled = false;
  const wrap = createWrapHandler(createCheckOrigin({ loopbackOnly, cookies, publicUrl }), createConcurrencyLimits());
  const response = await wrap(async () => {
    handled = true;
    return { status: 200 };
  })(request({ headers, method }), context().context);
  const { status, headers: sent } = await readResponse(response as never);
  return { status, code: sent.get("x-ms-error-code"), handled };
}

describe("if only this machine may send requests", () => {
  test.each(["localhost", "localhost:7071", "127.0.0.1:7071", "127.1.2.3:7071", "LOCALHOST:80", "[::1]:7071"])(
    "accepts a request to %s",
    async (host) => {
      expect(await send({ host })).toEqual({ status: 200, code: null, handled: true });
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
  ])("rejects a request to %s before it is handled", async (host) => {
    expect(await send({ host })).toEqual({ status: 403, code: "not_loopback", handled: false });
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
  ])("rejects a page of another site: %j", async (headers) => {
    expect(await send({ host: "localhost:7071", ...headers })).toEqual({
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
  ])("accepts the service's own pages and programs: %j", async (headers) => {
    expect(await send({ host: "localhost:7071", ...headers })).toMatchObject({ status: 200 });
  });

  test("checks the URL of a request without a Host header", async () => {
    expect(await send({})).toMatchObject({ status: 200 });
  });
});

test("accepts any host and origin if callers have keys", async () => {
  expect(
    await send({ host: "jobs.example.com", origin: "https://elsewhere.test" }, { loopbackOnly: false }),
  ).toMatchObject({ status: 200 });
});

describe("if a cookie can authenticate a browser", () => {
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
  ])("rejects a change by a page of another site: %j", async (headers) => {
    for (const method of ["POST", "PUT", "PATCH", "DELETE"]) {
      expect(await send({ host, ...headers }, signedIn, method)).toEqual({
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
  ])("accepts a change by its own pages and by programs: %j", async (headers) => {
    expect(await send({ host, ...headers }, signedIn, "POST")).toEqual({ status: 200, code: null, handled: true });
  });

  test("accepts a GET of another site's page, whose browser withholds the response from the page", async () => {
    expect(await send({ host, "sec-fetch-site": "cross-site" }, signedIn)).toMatchObject({ status: 200 });
  });
});
