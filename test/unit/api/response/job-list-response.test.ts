import { describe, expect, test } from "vitest";
import { readJobListQuery } from "../../../../shared/api/request/read-job-list-query.ts";
import { jobListResponse } from "../../../../shared/api/response/job-list-response.ts";
import type { IndexEntry } from "../../../../shared/core/ports/job-index.ts";
import { readResponse, request } from "../../../support/http.ts";

const entry = (more: Partial<IndexEntry> = {}): IndexEntry => ({
  name: "iris-7",
  type: "command",
  status: "Running",
  experiment_name: "Default",
  owner: "local",
  created_by: "ada",
  created_at: "2026-03-01T12:00:00.000Z",
  tags: {},
  archived: false,
  revision: 3,
  ...more,
});

describe("a page of jobs", () => {
  const respond = async (url: string, page: Parameters<typeof jobListResponse>[1]) => {
    const { text, headers } = await readResponse(
      jobListResponse(request({ url }), page, "https://jobs.test", new Date("2026-03-01T13:00:00Z")),
    );
    return { body: JSON.parse(text), headers };
  };

  test("contains jobs without their owners, and must not be cached", async () => {
    const { body, headers } = await respond("/api/jobs", { entries: [entry()] });
    const { owner: _owner, created_at, created_by, ...shown } = entry();
    expect(body).toEqual({ value: [{ ...shown, creation_context: { created_at, created_by } }] });
    expect(headers.get("cache-control")).toBe("no-store");
  });

  test.each<[string, Partial<IndexEntry>, number | undefined]>([
    [
      "that has finished",
      { status: "Completed", started_at: "2026-03-01T12:00:01.500Z", finished_at: "2026-03-01T12:01:02.040Z" },
      60.5,
    ],
    ["that is running", { started_at: "2026-03-01T12:59:00.000Z" }, 60],
    ["whose backend's clock is ahead", { started_at: "2026-03-01T13:00:05.000Z" }, 0],
    ["that has not started", { status: "Queued" }, undefined],
    ["that has ended without a time", { status: "Failed", started_at: "2026-03-01T12:59:00.000Z" }, undefined],
  ])("has the duration in seconds of a job %s", async (_what, more, duration) => {
    expect((await respond("/api/jobs", { entries: [entry(more)] })).body.value[0].duration).toBe(duration);
  });

  test.each([
    ["Short.", "Short."],
    ["x".repeat(200), "x".repeat(200)],
    ["😀".repeat(5000), `${"😀".repeat(197)}...`],
  ])("contains the code and a shortened message of an error", async (message, shown) => {
    const { body } = await respond("/api/jobs", {
      entries: [entry({ status: "Failed", error: { code: "command_failed", message } })],
    });
    expect(body.value[0].error).toEqual({ code: "command_failed", message: shown });
  });

  test("links to the next page under the public URL, with the same filters and without a function key", async () => {
    const { body } = await respond("/api/jobs?status=Running&tag=a&tag=b&code=secret&continuation=old", {
      entries: [],
      continuation: "new+/=",
    });
    expect(body.nextLink).toBe("https://jobs.test/api/jobs?status=Running&tag=a&tag=b&continuation=new%2B%2F%3D");
    expect(readJobListQuery(request({ url: body.nextLink }))).toMatchObject({
      statuses: ["Running"],
      continuation: "new+/=",
    });
  });
});
