/** Storage that rejects the log of a job because a blob of another type has its name. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { BlobServiceClient } from "@azure/storage-blob";
import { expect, test } from "vitest";
import { jobYaml, stdLog, waitForEnd, yaml } from "../../support/job-client.ts";
import { send } from "../../support/send.ts";
import { useService } from "../../support/service-process.ts";

const service = useService();

test("finishes a job whose log storage rejects, with the reason in its notice and its timeline", {
  timeout: 120_000,
}, async () => {
  const { url, data } = service();
  const logs = BlobServiceClient.fromConnectionString(
    readFileSync(join(data, "connection-string"), "utf8"),
  ).getContainerClient("job-logs");
  await logs.createIfNotExists();
  await logs.getBlockBlobClient(`refused/${stdLog}`).upload("", 0);
  expect(
    (await send(url, "PUT /api/jobs/refused", { body: jobYaml("echo hello; exit 3"), headers: yaml })).status,
  ).toBe(201);
  const job = await waitForEnd(url, "refused");
  expect(job).toMatchObject({
    status: "Failed",
    error: { message: "The command exited with code 3." },
    notice: { code: "log_incomplete", message: expect.stringContaining("The cause: ") },
  });
  const { value } = (await send(url, "GET /api/jobs/refused/timeline")).json<{
    value: { status: string; message?: string }[];
  }>();
  expect(value.at(-1)).toMatchObject({
    status: "Failed",
    message: expect.stringMatching(/code 3\. A part of the log could not be stored/),
  });
});
