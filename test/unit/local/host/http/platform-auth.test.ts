import { expect, test } from "vitest";
import type { HttpRequestHead } from "../../../../../local/host/http/http-server.ts";
import { type PlatformAuth, withPlatformAuth } from "../../../../../local/host/http/platform-auth.ts";

const claimed = {
  "X-MS-Client-Principal": ["me"],
  "x-ms-client-principal-id": ["me"],
  "X-Ms-Token-Aad-Id-Token": ["me"],
  "x-ms-other": ["kept"],
};

/** Headers of a request that the host receives, or the response of the platform. */
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

test("removes the identity headers of a client", async () => {
  expect(await seen()).toEqual({ "x-ms-other": ["kept"] });
});

test("adds the identity headers of the platform, which receives all request headers", async () => {
  const asked: unknown[] = [];
  const platform: PlatformAuth = async (headers) => {
    asked.push(headers);
    return { "x-ms-client-principal": "ada" };
  };
  expect(await seen(platform)).toEqual({ "x-ms-other": ["kept"], "x-ms-client-principal": ["ada"] });
  expect(asked).toEqual([claimed]);
});

test("rejects requests that the platform rejects", async () => {
  expect(await seen(async () => undefined)).toMatchObject({ status: 401, body: undefined });
});
