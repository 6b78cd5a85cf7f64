import { describe, expect, test } from "vitest";
import { createRespond } from "../../../shared/api/respond.ts";
import { context, request, sent } from "../../support/http.ts";

async function call(headers: Record<string, string>, loopbackOnly = true) {
  let handled = false;
  const respond = createRespond({ loopbackOnly: () => loopbackOnly });
  const answer = await respond(async () => {
    handled = true;
    return { status: 200 };
  })(request({ headers }), context().context);
  const { status, headers: answered } = await sent(answer as never);
  return { status, code: answered.get("x-ms-error-code"), handled };
}

describe("where only this machine may call", () => {
  test.each(["localhost", "localhost:7071", "127.0.0.1:7071", "LOCALHOST:80", "[::1]:7071"])("a request to %s is answered", async (host) => {
    expect(await call({ host })).toEqual({ status: 200, code: null, handled: true });
  });

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
    expect(await call({ host: "localhost:7071", ...headers })).toEqual({ status: 403, code: "foreign_origin", handled: false });
  });

  test.each([{}, { origin: "http://localhost:7071" }, { origin: "http://LOCALHOST:7071" }, { "sec-fetch-site": "same-origin" }, { "sec-fetch-site": "none" }])(
    "the service's own page and other programs are answered: %j",
    async (headers) => {
      expect(await call({ host: "localhost:7071", ...headers })).toMatchObject({ status: 200 });
    },
  );

  test("a request without a Host is judged by its URL", async () => {
    expect(await call({})).toMatchObject({ status: 200 });
  });
});

test("where callers have keys, hosts and origins are the business of others", async () => {
  expect(await call({ host: "jobs.example.com", origin: "https://elsewhere.test" }, false)).toMatchObject({ status: 200 });
});
