import { describe, expect, test } from "vitest";
import { jobListResponse, readJobListQuery } from "../../../../shared/api/response/job-list-response.ts";
import type { IndexEntry, IndexQuery } from "../../../../shared/core/ports/job-index.ts";
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

const query = (text: string): IndexQuery => readJobListQuery(request({ url: `/api/jobs?${text}` }));
const matches = (text: string, more: Partial<IndexEntry>): boolean | undefined => query(text).matches?.(entry(more));

describe("the query of a list", () => {
  test("by default is fifty jobs that are not archived", () => {
    expect(query("")).toEqual({ limit: 50, archived: false, matches: expect.any(Function) });
  });

  test.each([
    ["status=Running&type=command", { statuses: ["Running"], type: "command" }],
    ["status=Completed,Failed", { statuses: ["Completed", "Failed"] }],
    ["status=failed&status=completed", { statuses: ["Completed", "Failed"] }],
    ["status=COMPLETED,completed, running", { statuses: ["Running", "Completed"] }],
    ["status=paused", { statuses: ["Paused"] }],
    ["active=true", { active: true }],
    ["active=False", { active: false }],
    ["archived=True", { archived: true }],
    ["experiment_name=a%20b&created_by=ada", { experiment_name: "a b", created_by: "ada" }],
    ["compute=azureml:cpu", { compute: "cpu" }],
    ["compute=cpu", { compute: "cpu" }],
    ["archived=true", { archived: true }],
    ["archived=false", { archived: false }],
    ["maxpagesize=200", { limit: 200 }],
    ["continuation=abc.def", { continuation: "abc.def" }],
    ["created_after=2026-01-31T12:00:00Z", { created_after: new Date("2026-01-31T12:00:00Z") }],
    ["created_before=2026-01-31T12:00:00.5%2B02:00", { created_before: new Date("2026-01-31T10:00:00.500Z") }],
  ])("%s is %j", (text, expected) => {
    expect(query(text)).toMatchObject(expected);
  });

  test("names what it looks for, so that its continuation is good for nothing else", () => {
    const named = ["tag=a", "tag=b", "tag=a&tag=b", "q=a", "tag=a&q=a"].map((text) => query(text).matching);
    expect(new Set(named).size).toBe(named.length);
  });

  test("of all jobs does not ask whether they are archived", () => {
    expect(query("archived=all")).not.toHaveProperty("archived");
  });

  test.each([
    ["maxpagesize=0", "maxpagesize"],
    ["maxpagesize=201", "maxpagesize"],
    ["maxpagesize=abc", "maxpagesize"],
    ["created_after=yesterday", "created_after"],
    ["created_after=2026-01-31", "created_after"],
    ["created_before=2026-02-30T12:00:00Z", "created_before"],
    ["created_before=2026-01-31T12:00:00", "created_before"],
    ["archived=maybe", "archived"],
    ["status=", "status"],
    ["status=Cancelled", "status"],
    ["status=Frobnicating", "status"],
    ["status=Completed,Frobnicating", "status"],
    ["status=Completed,", "status"],
    ["active=yes", "active"],
    ["type=comand", "type"],
    ["type=Command", "type"],
    ["type=parallel", "type"],
    ["q=", "q"],
    [`q=${"x".repeat(301)}`, "q"],
    ["tag=", "tag"],
    [`continuation=${"x".repeat(4001)}`, "continuation"],
    ["status=a&status=b", "status"],
    ["state=Running", "state"],
    ["matches=1", "matches"],
    ["owner=local", "owner"],
  ])("%s is refused", (text, parameter) => {
    expect(() => query(text)).toThrow(
      expect.objectContaining({
        code: "invalid_query",
        issues: [expect.objectContaining({ pointer: `/query/${parameter}` })],
      }),
    );
  });
});

describe("the filter by tag", () => {
  const tags = { kind: "test", "a:b": "c", bare: null, url: "http://x" };

  test.each([
    ["tag=kind", true],
    ["tag=kind:test", true],
    ["tag=kind:other", false],
    ["tag=test", false],
    ["tag=a:b", true],
    ["tag=bare", true],
    ["tag=bare:", false],
    ["tag=url:http://x", true],
    ["tag=kind&tag=a:b", true],
    ["tag=kind&tag=missing", false],
    ["tag=toString", false],
    ["tag=:kind", false],
  ])("%s: %s", (text, expected) => {
    expect(matches(text, { tags })).toBe(expected);
  });
});

describe("the search for text", () => {
  test.each([
    ["q=IRIS", true],
    ["q=rose", true],
    ["q=flower", true],
    ["q=ada", false],
    ["q=.*", false],
  ])("%s: %s", (text, expected) => {
    expect(matches(text, { display_name: "Rose", description: "Flowers" })).toBe(expected);
  });

  test("finds nothing in what a job does not have", () => {
    expect(matches("q=undefined", {})).toBe(false);
  });
});

describe("a page", () => {
  const answer = async (url: string, page: Parameters<typeof jobListResponse>[1]) => {
    const { text, headers } = await readResponse(
      jobListResponse(request({ url }), page, "https://jobs.test", new Date("2026-03-01T13:00:00Z")),
    );
    return { body: JSON.parse(text), headers };
  };

  test("shows jobs without their owners, as what nobody may keep", async () => {
    const { body, headers } = await answer("/api/jobs", { entries: [entry()] });
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
    ["that runs, so far", { started_at: "2026-03-01T12:59:00.000Z" }, 60],
    ["whose backend's clock is ahead", { started_at: "2026-03-01T13:00:05.000Z" }, 0],
    ["that has not started", { status: "Queued" }, undefined],
    ["that has ended without a time", { status: "Failed", started_at: "2026-03-01T12:59:00.000Z" }, undefined],
  ])("has the duration in seconds of a job %s", async (_what, more, duration) => {
    expect((await answer("/api/jobs", { entries: [entry(more)] })).body.value[0].duration).toBe(duration);
  });

  test.each([
    ["Short.", "Short."],
    ["x".repeat(200), "x".repeat(200)],
    ["😀".repeat(5000), `${"😀".repeat(197)}...`],
  ])("has the code and a short message of an error", async (message, shown) => {
    const { body } = await answer("/api/jobs", {
      entries: [entry({ status: "Failed", error: { code: "command_failed", message } })],
    });
    expect(body.value[0].error).toEqual({ code: "command_failed", message: shown });
  });

  test("links to the next one under the public URL, with the same filters and without a key", async () => {
    const { body } = await answer("/api/jobs?status=Running&tag=a&tag=b&code=secret&continuation=old", {
      entries: [],
      continuation: "new+/=",
    });
    expect(body.nextLink).toBe("https://jobs.test/api/jobs?status=Running&tag=a&tag=b&continuation=new%2B%2F%3D");
    expect(query(new URL(body.nextLink).search.slice(1))).toMatchObject({
      statuses: ["Running"],
      continuation: "new+/=",
    });
  });
});
