import { describe, expect, test } from "vitest";
import { createIsAllowedStorageUrl } from "../../../../../shared/backends/azureml/http/allowed-storage-urls.ts";
import { observationFromRun, signedLogUrls } from "../../../../../shared/backends/azureml/runs/run-details.ts";

const askedAt = new Date("2026-03-01T12:00:00.000Z");
const reading = { id: "/ws/jobs/j", askedAt, isLogHost: createIsAllowedStorageUrl(["blob.core.windows.net"]) };
const log = (query: string) => `https://acct.blob.core.windows.net/azureml/std_log.txt?${query}&sig=c2VjcmV0`;

describe("run details become an observation", () => {
  test("with times in UTC, the backend's revision and the names of the logs, in order", () => {
    const details = {
      status: "Running",
      revision: 7,
      startTimeUtc: "2026-03-01T11:59:00.1234567+00:00",
      endTimeUtc: "2026-03-01T11:59:30Z",
      logFiles: { "user_logs/std_log.txt": log("se=2026-03-01T20:00:00Z"), "a.txt": log("se=2026-03-01T20:00:00Z") },
    };
    expect(observationFromRun(details, reading)).toEqual({
      status: "Running",
      observed_at: "2026-03-01T12:00:00.000Z",
      backend_id: "/ws/jobs/j",
      revision: 7,
      started_at: "2026-03-01T11:59:00.123Z",
      log_names: ["a.txt", "user_logs/std_log.txt"],
    });
  });

  test.each([
    [
      "wrapped twice",
      { error: { error: { code: "UserError", message: "Exit code 1." } } },
      { code: "UserError", message: "Exit code 1." },
    ],
    [
      "wrapped once",
      { error: { code: "UserError", message: "Exit code 1." } },
      { code: "UserError", message: "Exit code 1." },
    ],
    [
      "in PascalCase",
      { error: { Error: { Code: "UserError", Message: "Exit code 1." } } },
      { code: "UserError", message: "Exit code 1." },
    ],
    ["without words", { error: {} }, { code: "unknown", message: "Azure ML gave no reason." }],
    ["missing", {}, { code: "unknown", message: "Azure ML says that the job failed, without a reason." }],
  ])("an error that is %s has its code and message", (_form, fields, error) => {
    expect(
      observationFromRun({ status: "Failed", endTimeUtc: "2026-03-01T12:00:00Z", ...fields }, reading),
    ).toMatchObject({
      error,
      finished_at: askedAt.toISOString(),
    });
  });

  test("a signature in an error is masked", () => {
    const details = {
      status: "Failed",
      error: { error: { code: "UserError", message: `Cannot read ${log("se=2026")} at all` } },
    };
    expect(JSON.stringify(observationFromRun(details, reading))).not.toContain("c2VjcmV0");
  });

  test("services have the SDK's words, and the page of the job its address", () => {
    const services = {
      Studio: {
        jobServiceType: "Studio",
        endpoint: "https://ml.azure.com/runs/j",
        port: null,
        status: null,
        errorMessage: null,
        properties: null,
        nodes: null,
      },
      lab: {
        jobServiceType: "JupyterLab",
        endpoint: "https://lab",
        port: 8888,
        status: "Failed",
        errorMessage: "No.",
        properties: { x: "1", y: 2 },
      },
      shell: {
        jobServiceType: "SSH",
        endpoint: "ssh://x?sig=c2VjcmV0",
        status: ["Running"],
        nodes: { nodesValueType: "All" },
        properties: { sshPublicKeys: "ssh-rsa A" },
        more: { of: ["it"] },
      },
      board: { type: "TensorBoard", properties: { logDir: "logs" } },
      broken: 7,
    };
    const seen = observationFromRun({ status: "Running", services }, reading);
    expect(seen?.studio_url).toBe("https://ml.azure.com/runs/j");
    expect(seen?.services).toEqual({
      Studio: { type: "Studio", endpoint: "https://ml.azure.com/runs/j" },
      lab: {
        type: "jupyter_lab",
        endpoint: "https://lab",
        port: 8888,
        status: "Failed",
        error_message: "No.",
        properties: { x: "1" },
      },
      shell: {
        type: "ssh",
        endpoint: expect.not.stringContaining("c2VjcmV0"),
        nodes: "all",
        ssh_public_keys: "ssh-rsa A",
      },
      board: { type: "tensor_board", log_dir: "logs" },
    });
  });

  test("logs at other hosts, or with a name that leads out of the job, are left out", () => {
    const logFiles = { "../x": log("a"), "b.txt": "https://evil.example/b", "c.txt": 5, "d.txt": log("a") };
    expect(observationFromRun({ status: "Running", logFiles }, reading)?.log_names).toEqual(["d.txt"]);
  });

  test.each([{}, { status: null }, { status: 5 }, { status: "" }])("%j says nothing", (details) => {
    expect(observationFromRun(details, reading)).toBeUndefined();
  });
});

describe("signed URLs end", () => {
  test.each([
    [
      "when the first of them does",
      [log("se=2026-03-01T19:00:00Z"), log("se=2026-03-01T18:00:00Z")],
      "2026-03-01T18:00:00.000Z",
    ],
    [
      "with the key that signed them",
      [log("se=2026-03-01T19:00:00Z&ske=2026-03-01T17:00:00Z")],
      "2026-03-01T17:00:00.000Z",
    ],
    ["after a quarter of an hour when they do not say", [log("sv=1")], "2026-03-01T12:15:00.000Z"],
    ["after a quarter of an hour when they say nothing that is a time", [log("se=soon")], "2026-03-01T12:15:00.000Z"],
    ["within eight hours at the latest", [log("se=2099-01-01T00:00:00Z")], "2026-03-01T20:00:00.000Z"],
  ])("%s", (_when, urls, expires_at) => {
    const logFiles = Object.fromEntries(urls.map((url, index) => [`${index}.txt`, url]));
    expect(signedLogUrls({ logFiles }, reading)).toEqual({
      urls: logFiles,
      expires_at,
      refreshed_at: askedAt.toISOString(),
    });
  });
});
