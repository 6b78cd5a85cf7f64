import { describe, expect, test } from "vitest";
import {
  entityTag,
  expectedRevisions,
  isUnchanged,
  notModified,
  putCondition,
} from "../../../../shared/api/request/preconditions.ts";
import { readResponse, request } from "../../../support/http.ts";

test("the entity tag of a job is its revision, with a suffix for YAML", () => {
  expect([entityTag(7), entityTag(7, "yaml")]).toEqual(['"7"', '"7-yaml"']);
});

describe("If-None-Match", () => {
  test.each([
    ['"7"', true],
    ['W/"7"', true],
    ['"1", "7"', true],
    ["*", true],
    ['"8"', false],
    ['"7-yaml"', false],
    ["7", false],
  ])("%s matches revision 7: %s", (header, unchanged) => {
    expect(isUnchanged(request({ headers: { "if-none-match": header } }), '"7"')).toBe(unchanged);
  });

  test("matches nothing if it is missing", () => {
    expect(isUnchanged(request(), '"7"')).toBe(false);
  });

  test("is answered with 304, the tag and no body", async () => {
    const answer = await readResponse(notModified('"7"'));
    expect([answer.status, answer.text, answer.headers.get("etag"), answer.headers.get("vary")]).toEqual([
      304,
      "",
      '"7"',
      "Accept",
    ]);
  });
});

describe("If-Match", () => {
  test.each([
    [undefined, undefined],
    ["*", undefined],
    ['"1", *', undefined],
    ['"7"', [7]],
    ['"7-yaml"', [7]],
    ['"7-storage_full"', [7]],
    ['"7-yaml-storage_full"', [7]],
    ['"7-other"', [Number.NaN]],
    ['"7", "8-yaml"', [7, 8]],
    ['W/"7"', [Number.NaN]],
    ["7", [Number.NaN]],
    ['"abc"', [Number.NaN]],
  ])("%s contains the revisions %j", (header, revisions) => {
    expect(expectedRevisions(request({ headers: header === undefined ? {} : { "if-match": header } }))).toEqual(
      revisions,
    );
  });

  test.each(["", " ", ","])("%j without a tag is rejected", (header) => {
    expect(() => expectedRevisions(request({ headers: { "if-match": header } }))).toThrow(
      expect.objectContaining({ code: "invalid_request" }),
    );
  });
});

describe("a PUT", () => {
  const holds = (headers: Record<string, string>, revision: number | undefined) => {
    try {
      putCondition(request({ method: "PUT", headers }))(revision);
      return true;
    } catch (error) {
      expect(error).toMatchObject({ code: "precondition_failed" });
      return false;
    }
  };

  test.each<[Record<string, string>, { readonly absent: boolean; readonly seventh: boolean }]>([
    [{}, { absent: true, seventh: true }],
    [{ "if-none-match": "*" }, { absent: true, seventh: false }],
    [{ "if-none-match": '"7"' }, { absent: true, seventh: false }],
    [{ "if-none-match": 'W/"7-yaml", "1"' }, { absent: true, seventh: false }],
    [{ "if-none-match": '"8"' }, { absent: true, seventh: true }],
    [{ "if-match": "*" }, { absent: false, seventh: true }],
    [{ "if-match": '"7"' }, { absent: false, seventh: true }],
    [{ "if-match": '"1", "7-yaml"' }, { absent: false, seventh: true }],
    [{ "if-match": 'W/"7"' }, { absent: false, seventh: false }],
    [{ "if-match": '"8"' }, { absent: false, seventh: false }],
    [
      { "if-match": "*", "if-none-match": "*" },
      { absent: false, seventh: false },
    ],
    [
      { "if-match": '"7"', "if-none-match": '"8"' },
      { absent: false, seventh: true },
    ],
  ])("with %j is permitted without a job and at revision 7: %j", (headers, expected) => {
    expect({ absent: holds(headers, undefined), seventh: holds(headers, 7) }).toEqual(expected);
  });

  test.each(["if-match", "if-none-match"])("with an empty %s is rejected before the job is read", (header) => {
    expect(() => putCondition(request({ method: "PUT", headers: { [header]: "," } }))).toThrow(
      expect.objectContaining({ code: "invalid_request" }),
    );
  });
});
