import { describe, expect, test } from "vitest";
import { readJobListQuery } from "../../../../shared/api/request/read-job-list-query.ts";
import type { IndexEntry, IndexQuery } from "../../../../shared/core/ports/job-index.ts";
import { request } from "../../../support/http.ts";

const entry: IndexEntry = {
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
};

const parse = (text: string): IndexQuery => readJobListQuery(request({ url: `/api/jobs?${text}` }));
const matches = (text: string, more: Partial<IndexEntry>): boolean | undefined =>
  parse(text).matches?.({ ...entry, ...more });

describe("a query", () => {
  test("requests fifty jobs that are not archived by default", () => {
    expect(parse("")).toEqual({ limit: 50, archived: false, matches: expect.any(Function) });
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
  ])("%s is parsed as %j", (text, expected) => {
    expect(parse(text)).toMatchObject(expected);
  });

  test("has a key for each combination of filters, so that a continuation is valid for no other", () => {
    const keys = ["tag=a", "tag=b", "tag=a&tag=b", "q=a", "tag=a&q=a"].map((text) => parse(text).matching);
    expect(new Set(keys).size).toBe(keys.length);
  });

  test("for all jobs has no filter by archived", () => {
    expect(parse("archived=all")).not.toHaveProperty("archived");
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
  ])("%s is rejected", (text, parameter) => {
    expect(() => parse(text)).toThrow(
      expect.objectContaining({
        code: "invalid_query",
        issues: [expect.objectContaining({ pointer: `/query/${parameter}` })],
      }),
    );
  });
});

describe("the tag filter", () => {
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
  ])("%s matches: %s", (text, expected) => {
    expect(matches(text, { tags })).toBe(expected);
  });
});

describe("the text search", () => {
  test.each([
    ["q=IRIS", true],
    ["q=rose", true],
    ["q=flower", true],
    ["q=ada", false],
    ["q=.*", false],
  ])("%s matches: %s", (text, expected) => {
    expect(matches(text, { display_name: "Rose", description: "Flowers" })).toBe(expected);
  });

  test("does not match missing fields", () => {
    expect(matches("q=undefined", {})).toBe(false);
  });
});
