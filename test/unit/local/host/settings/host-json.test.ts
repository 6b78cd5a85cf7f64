import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { readHostJson } from "../../../../../local/host/settings/host-json.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "host-json-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

function read(content: unknown, env: NodeJS.ProcessEnv = {}) {
  writeFileSync(join(folder, "host.json"), typeof content === "string" ? content : JSON.stringify(content));
  return readHostJson(folder, env);
}

test("has the defaults of the real host", () => {
  const { hostJson, unknownKeys } = read({ version: "2.0" });
  expect(unknownKeys).toEqual([]);
  expect(hostJson.functionTimeout).toBe(30 * 60_000);
  expect(hostJson.extensions).toEqual({
    http: {
      routePrefix: "api",
      maxOutstandingRequests: -1,
      maxConcurrentRequests: -1,
      dynamicThrottlesEnabled: false,
      customHeaders: {},
    },
    queues: {
      batchSize: 16,
      maxDequeueCount: 5,
      visibilityTimeout: 0,
      maxPollingInterval: 60_000,
      messageEncoding: "base64",
    },
  });
});

test("converts times to milliseconds, and -1 to no time limit", () => {
  const { hostJson } = read({
    version: "2.0",
    functionTimeout: "00:05:00",
    EXTENSIONS: { Queues: { visibilitytimeout: "00:00:05" } },
  });
  expect([hostJson.functionTimeout, hostJson.extensions.queues.visibilityTimeout]).toEqual([300_000, 5000]);
  expect(read({ version: "2.0", functionTimeout: "-1" }).hostJson.functionTimeout).toBe(Number.POSITIVE_INFINITY);
});

test("accepts the file of this app, without unknown keys", () => {
  expect(readHostJson(join(import.meta.dirname, "../../../../.."), {}).unknownKeys).toEqual([]);
});

test("returns the paths of unknown keys", () => {
  const content = {
    version: "2.0",
    extensons: {},
    extensions: { http: { routPrefix: "" }, kafka: {} },
    logging: { logLevel: { Anything: "Debug" } },
  };
  expect(read(content).unknownKeys).toEqual(["extensons", "extensions.http.routPrefix", "extensions.kafka"]);
});

describe("rejects", () => {
  test.each([
    ["a missing version", {}, "version: "],
    ["another version", { version: "3.0" }, "version: "],
    ["a list", [], "is not valid"],
    ["a batch of 33", { version: "2.0", extensions: { queues: { batchSize: 33 } } }, "extensions.queues.batchSize: "],
    ["a time that is none", { version: "2.0", functionTimeout: "soon" }, "functionTimeout: "],
    ["a time limit under a second", { version: "2.0", functionTimeout: "00:00:00.5" }, "functionTimeout: "],
    [
      "an unknown retry strategy",
      { version: "2.0", retry: { strategy: "hope", maxRetryCount: 1 } },
      "retry.strategy: ",
    ],
    [
      "no request at once",
      { version: "2.0", extensions: { http: { maxConcurrentRequests: 0 } } },
      "must be -1 or at least 1",
    ],
    ["what is no JSON", "{", "cannot be read"],
  ])("is %s", (_, content, reason) => {
    expect(() => read(content)).toThrow(reason);
  });

  test("a missing host.json", () => {
    expect(() => readHostJson(folder, {})).toThrow(/host\.json cannot be read: ENOENT/);
  });
});

test("prefers environment variables to the file, ignoring case", () => {
  const env = {
    AzureFunctionsJobHost__extensions__http__routePrefix: "v1",
    AZUREFUNCTIONSJOBHOST__EXTENSIONS__QUEUES__BATCHSIZE: "4",
    AzureFunctionsJobHost__functionTimeout: "-1",
    AzureFunctionsJobHost__logging__logLevel__Function: "Debug",
  };
  const { hostJson } = read({ version: "2.0", extensions: { http: { routePrefix: "api" } } }, env);
  expect(hostJson.extensions.http.routePrefix).toBe("v1");
  expect(hostJson.extensions.queues.batchSize).toBe(4);
  expect(hostJson.functionTimeout).toBe(Number.POSITIVE_INFINITY);
  expect(hostJson.logging.logLevel).toEqual({ Function: "Debug" });
});
