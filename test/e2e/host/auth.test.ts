import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { HostKeys } from "../../../local/host/http/keys.ts";
import { type HostProcess, startHostProcess } from "../../support/host-process.ts";

let host: HostProcess;
let folder: string;
let keys: HostKeys;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "host-keys-"));
  const keysFile = join(folder, "keys.json");
  const given = {
    masterKey: "the-master-key-of-the-test",
    functionKeys: { default: "host-key" },
    systemKeys: {},
    functions: { "with-key": { own: "own-key" } },
  };
  writeFileSync(keysFile, JSON.stringify(given));
  host = await startHostProcess("http", {
    keysFile,
    settings: { "AzureWebJobs.switched-off.Disabled": "true", AzureWebJobsDisableHomepage: "true" },
  });
  keys = JSON.parse(readFileSync(keysFile, "utf8")) as HostKeys;
});
afterAll(async () => {
  await host.stop();
  rmSync(folder, { recursive: true });
});

const none = () => ({});
const header = (key: string) => () => ({ "x-functions-key": key });
const master = () => ({ "x-functions-key": keys.masterKey });

test.each<[string, string, () => Record<string, string>, number]>([
  ["an anonymous caller", "/items/1", none, 200],
  ["an anonymous caller", "/with-key", none, 401],
  ["a wrong key", "/with-key", header("wrong"), 401],
  ["an unneeded wrong key", "/items/1", header("wrong"), 200],
  ["the host's key", "/with-key", header("host-key"), 200],
  ["the function's own key", "/with-key", header("own-key"), 200],
  ["the master key", "/with-key", master, 200],
  ["the key as ?code=", "/with-key?code=host-key", none, 200],
  ["a wrong header with a valid ?code=", "/with-key?code=host-key", header("wrong"), 401],
  ["the host's key", "/with-master", header("host-key"), 401],
  ["the master key", "/with-master", master, 200],
  ["another function's key", "/with-master", header("own-key"), 401],
  ["an anonymous caller", "/switched-off", none, 404],
  ["the master key", "/switched-off", master, 200],
  ["an anonymous caller", "/admin/functions", none, 401],
  ["the host's key", "/admin/host/status", header("host-key"), 401],
  ["the master key", "/admin/host/status", master, 200],
  ["an anonymous caller", "/admin/host/ping", none, 200],
])("%s at %s", async (_, path, headers, status) => {
  const answer = await fetch(host.url + path, { headers: headers() });
  expect(answer.status).toBe(status);
  if (status === 401) expect(await answer.text()).toBe("");
});

test("the homepage can be disabled", async () => {
  expect((await fetch(host.url)).status).toBe(204);
});

test("keys are not logged", () => {
  expect(host.lines.join("\n")).not.toMatch(/host-key|own-key|the-master-key/);
});
