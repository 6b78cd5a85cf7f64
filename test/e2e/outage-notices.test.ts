/** Notices about outages, in the job, the readiness probe and the log. Slower cases: outage-notices.full.test.ts. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { BlobServiceClient } from "@azure/storage-blob";
import { expect, test } from "vitest";
import { jobYaml, type Problem, submit } from "../support/job-client.ts";
import { waitForFailedCheck, waitForNotice } from "../support/job-notices.ts";
import { send } from "../support/send.ts";
import { useService } from "../support/service-process.ts";
import { until } from "../support/until.ts";

/** Settings of a workspace in Azure without a login. */
const service = useService(["--backend", "azureml"], {
  environment: {
    JOBS_AZUREML_SUBSCRIPTION_ID: "00000000-0000-0000-0000-000000000000",
    JOBS_AZUREML_RESOURCE_GROUP: "group",
    JOBS_AZUREML_WORKSPACE: "workspace",
    JOBS_AZUREML_TIMEOUT_MS: "2000",
    AZURE_CONFIG_DIR: "/nonexistent",
    HOME: "/nonexistent",
  },
});
const job = jobYaml("echo hello").replace("any@latest", "any:1");

test("reports credential_missing on the job and the readiness probe without a login, and logs it once", async () => {
  const { url } = service();
  const { name } = await submit(url, job);
  const waiting = await waitForNotice(url, name, "credential_missing");
  expect(waiting).toMatchObject({
    status: "NotStarted",
    notice: { message: expect.stringContaining("no credential"), since: expect.any(String) },
  });
  expect(waiting.error).toBeUndefined();
  const log = await send(url, `GET /api/jobs/${name}/log_files/user_logs/std_log.txt`);
  expect(log.json<Problem>()).toMatchObject({
    code: "log_not_found",
    detail: expect.stringContaining("it has not started"),
  });
  const { checks } = await waitForFailedCheck(url, "backend", "credential_missing");
  expect(checks).toMatchObject({
    storage: { status: "pass" },
    backend: { status: "fail", message: expect.stringContaining("no credential") },
  });
  const lines = service()
    .output()
    .split("\n")
    .filter((line) => line.includes("could not be submitted to the backend"));
  expect(lines).toEqual([expect.stringMatching(/and is retried: credential_missing: Azure ML could not .*Credential/)]);
  await send(url, `POST /api/jobs/${name}/cancel`);
});

test("reports the name of a job with a damaged record, without affecting other jobs", async () => {
  const { url, data, output } = service();
  const { name } = await submit(url, job);
  const blobs = BlobServiceClient.fromConnectionString(
    readFileSync(join(data, "connection-string"), "utf8"),
  ).getContainerClient("jobs");
  await waitForNotice(url, name, "credential_missing");
  const blob = blobs.getBlockBlobClient(`${name}/record.json`);
  const whole = await blob.downloadToBuffer();
  await blob.upload(whole.subarray(0, 200), 200);
  const answer = await send(url, `GET /api/jobs/${name}`);
  expect([answer.status, answer.json<Problem>()]).toMatchObject([
    500,
    { code: "record_damaged", detail: expect.stringContaining(`job ${name} is damaged`) },
  ]);
  const newer = JSON.stringify({ ...JSON.parse(whole.toString()), schema_version: 3 });
  await blob.upload(newer, Buffer.byteLength(newer));
  const problem = (await send(url, `POST /api/jobs/${name}/cancel`)).json<Problem>();
  expect(problem).toMatchObject({ code: "record_too_new", detail: expect.stringContaining("Update the service.") });
  expect((await send(url, "GET /api/jobs")).text).toContain(`"${name}"`);
  await until(output, (text) =>
    text.includes(`skipped until its record can be read: The record of job ${name} has version 3`),
  );
  const next = await submit(url, job);
  await waitForNotice(url, next.name, "credential_missing");
  await send(url, `POST /api/jobs/${next.name}/cancel`);
});
