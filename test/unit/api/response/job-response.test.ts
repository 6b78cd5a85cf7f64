import { describe, expect, test } from "vitest";
import { jobResponse } from "../../../../shared/api/response/job-response.ts";
import { loadJob } from "../../../../shared/core/job/load-job.ts";
import { readResponse } from "../../../support/http.ts";
import { jobReader } from "../../../support/job-reader.ts";
import { newRecord } from "../../../support/new-record.ts";

const url = "https://jobs.test";
const record = newRecord({ tags: { big: "1.0" } }, { revision: 7, log_names: ["a.txt"] });

describe("a job", () => {
  test("in JSON has its entity tag", async () => {
    const { status, headers, text } = await readResponse(jobResponse(jobReader, record, url));
    expect([status, headers.get("content-type"), headers.get("etag"), headers.get("vary")]).toEqual([
      200,
      "application/json",
      '"7"',
      "Accept",
    ]);
    expect(JSON.parse(text)).toMatchObject({
      name: "iris",
      revision: 7,
      log_files: { "a.txt": "https://jobs.test/api/jobs/iris/log_files/a.txt" },
    });
  });

  test("in YAML has its own entity tag and can be loaded again", async () => {
    const { headers, text } = await readResponse(
      jobResponse(jobReader, record, url, { format: "yaml", extra: { warnings: [] } }),
    );
    expect([headers.get("content-type"), headers.get("etag")]).toEqual(["application/yaml", '"7-yaml"']);
    expect(text).toContain("status: NotStarted\n");
    expect(text).not.toContain("warnings");
    expect(loadJob(text).job?.name).toBe("iris");
  });

  test("in YAML has its notice in a one-line comment and can be loaded again", async () => {
    const notice = {
      code: "dns",
      message: "A host name\ncannot\u0007be resolved.",
      since: "2026-03-01T12:00:00.000Z",
    } as const;
    const { text } = await readResponse(jobResponse(jobReader, { ...record, notice }, url, { format: "yaml" }));
    expect(text.split("\n")[0]).toBe("# notice dns since 2026-03-01T12:00:00.000Z: A host name cannot be resolved.");
    expect(loadJob(text).job?.name).toBe("iris");
  });

  test.each([
    ["json", '"7-storage_full"'],
    ["yaml", '"7-yaml-storage_full"'],
  ] as const)("in %s has another entity tag if a notice is shown that is not stored", async (format, etag) => {
    const { headers, text } = await readResponse(
      jobResponse(jobReader, { ...record, overlay: "storage_full" }, url, { format }),
    );
    expect(headers.get("etag")).toBe(etag);
    expect(text).not.toContain("overlay");
  });
});
