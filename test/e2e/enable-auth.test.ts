import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { HostKeys } from "../../local/host/http/keys.ts";
import { send } from "../support/send.ts";
import { useService } from "../support/service-process.ts";

const service = useService(["--enable-auth"]);
const keysFile = () => join(service().data, "keys.json");
const keys = () => JSON.parse(readFileSync(keysFile(), "utf8")) as HostKeys;

describe("npm start -- --enable-auth", () => {
  test("prints the path of the keys, but no key", () => {
    expect(service().output()).toContain(`one of functionKeys in ${keysFile()}`);
    for (const key of [keys().masterKey, keys().functionKeys.default ?? ""])
      expect(service().output()).not.toContain(key);
  });

  test("accepts requests with a key, and health and the schemas without one", async () => {
    const headers = { "x-functions-key": keys().functionKeys.default ?? "" };
    expect(await send(service().url, "GET /api/jobs")).toMatchObject({ status: 401, text: "" });
    expect(await send(service().url, "GET /api/jobs", { headers: { "x-functions-key": "wrong" } })).toMatchObject({
      status: 401,
      text: "",
    });
    expect(await send(service().url, "GET /api/jobs", { headers })).toMatchObject({ status: 200 });
    for (const path of ["health", "schemas", "schemas/command"])
      expect(await send(service().url, `GET /api/${path}`)).toMatchObject({ status: 200 });
  });
});
