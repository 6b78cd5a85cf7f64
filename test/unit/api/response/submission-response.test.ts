import { describe, expect, test } from "vitest";
import { dryRunResponse, submissionResponse } from "../../../../shared/api/response/submission-response.ts";
import { loadJob } from "../../../../shared/core/job/load-job.ts";
import { readResponse } from "../../../support/http.ts";
import { jobReader } from "../../../support/job-reader.ts";
import { newRecord } from "../../../support/new-record.ts";

const url = "https://jobs.test";
const record = newRecord({ tags: { big: "1.0" } }, { revision: 7, log_names: ["a.txt"] });

describe("the response to a submission", () => {
  test.each([
    [true, 201, null],
    [false, 200, "true"],
  ])("that created a job (%s) is %i", async (created, code, replayed) => {
    const { status, headers, text } = await readResponse(
      submissionResponse(jobReader, { record, warnings: [], created }, url, "json"),
    );
    expect([status, headers.get("location"), headers.get("idempotency-replayed")]).toEqual([
      code,
      "https://jobs.test/api/jobs/iris",
      replayed,
    ]);
    expect(JSON.parse(text)).toMatchObject({ name: "iris", warnings: [] });
  });

  test("as a dry run contains the job and its YAML, with secrets masked", async () => {
    const { job, warnings } = loadJob({
      command: "curl https://user:hunter2@host.test/",
      environment: "azureml:cpu@latest",
    });
    if (job === undefined) throw new Error("not a job");
    const { status, headers, text } = await readResponse(dryRunResponse({ job, warnings, submittable: false }));
    expect([status, headers.get("cache-control")]).toEqual([200, "no-store"]);
    expect(JSON.parse(text)).toMatchObject({
      valid: true,
      submittable: false,
      job: { type: "command" },
      warnings: [{ code: "inline_secret", blocks_submission: true }],
    });
    expect(text).not.toContain("hunter2");
  });
});
