import { expect, test } from "vitest";
import type { HttpRequestHead } from "../../../../../local/host/http/http-server.ts";
import { type PlatformAuth, withPlatformAuth } from "../../../../../local/host/http/platform-auth.ts";

const claimed = {
  "X-MS-Client-Principal": ["me"],
  "x-ms-client-principal-id": ["me"],
  "X-Ms-Token-Aad-Id-Token": ["me"],
  "x-ms-other": ["kept"],
};

/** What the host behind sees of a request's headers, or the platform's own answer. */
async function seen(authenticate?: PlatformAuth) {
  let headers: HttpRequestHead["headers"] | undefined;
  const handle = withPlatformAuth(async (head) => {
    headers = head.headers;
    return undefined;
  }, authenticate);
  const answer = await handle({
    method: "GET",
    host: "localhost",
    path: "/",
    search: "",
    headers: claimed,
  } as unknown as HttpRequestHead);
  return answer ?? headers;
}

test("nobody can say who they are", async () => {
  expect(await seen()).toEqual({ "x-ms-other": ["kept"] });
});

test("the platform says who calls, and is asked with all that came", async () => {
  const asked: unknown[] = [];
  const platform: PlatformAuth = async (headers) => {
    asked.push(headers);
    return { "x-ms-client-principal": "ada" };
  };
  expect(await seen(platform)).toEqual({ "x-ms-other": ["kept"], "x-ms-client-principal": ["ada"] });
  expect(asked).toEqual([claimed]);
});

test("whom the platform refuses does not get to the host", async () => {
  expect(await seen(async () => undefined)).toMatchObject({ status: 401, body: undefined });
});
