import { describe, expect, test } from "vitest";
import { createIsAllowedStorageUrl } from "../../../../../shared/backends/azureml/http/allowed-storage-urls.ts";
import { observationFromRun } from "../../../../../shared/backends/azureml/runs/observation.ts";

const requestedAt = new Date("2026-03-01T12:00:00.000Z");
const context = { id: "/ws/jobs/j", requestedAt, isAllowedUrl: createIsAllowedStorageUrl(["blob.core.windows.net"]) };
const log = (query: string) => `https://acct.blob.core.windows.net/azureml/std_log.txt?${query}&sig=c2VjcmV0`;

describe("run details", () => {
  test("have times in UTC, the revision of Azure ML and the sorted names of the logs", () => {
    const details = {
      status: "Running",
      revision: 7,
      startTimeUtc: "2026-03-01T11:59:00.1234567+00:00",
      endTimeUtc: "2026-03-01T11:59:30Z",
      logFiles: { "user_logs/std_log.txt": log("se=2026-03-01T20:00:00Z"), "a.txt": log("se=2026-03-01T20:00:00Z") },
    };
    expect(observationFromRun(details, context)).toEqual({
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
    ["without a code and a message", { error: {} }, { code: "unknown", message: "Azure ML reports no reason." }],
    ["missing", {}, { code: "unknown", message: "Azure ML reports no reason for the failure." }],
  ])("have the code and the message of an error that is %s", (_form, fields, error) => {
    expect(
      observationFromRun({ status: "Failed", endTimeUtc: "2026-03-01T12:00:00Z", ...fields }, context),
    ).toMatchObject({
      error,
      finished_at: requestedAt.toISOString(),
    });
  });

  test("have no signature in an error", () => {
    const details = {
      status: "Failed",
      error: { error: { code: "UserError", message: `Cannot read ${log("se=2026")} at all` } },
    };
    expect(JSON.stringify(observationFromRun(details, context))).not.toContain("c2VjcmV0");
  });

  test("have services with the SDK's field names, and the address of the job's page", () => {
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
    const seen = observationFromRun({ status: "Running", services }, context);
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

  test("have no logs of other hosts, or with a name that leaves the folder of the job", () => {
    const logFiles = { "../x": log("a"), "b.txt": "https://evil.example/b", "c.txt": 5, "d.txt": log("a") };
    expect(observationFromRun({ status: "Running", logFiles }, context)?.log_names).toEqual(["d.txt"]);
  });

  test.each([{}, { status: null }, { status: 5 }, { status: "" }])(
    "without a status are no observation: %j",
    (details) => {
      expect(observationFromRun(details, context)).toBeUndefined();
    },
  );
});
