import { expect, test } from "vitest";
import { readIfRange, readRange } from "../../../../shared/api/request/read-range.ts";
import { request } from "../../../support/http.ts";

const range = (header: string, more: Record<string, string> = {}) =>
  readRange(request({ headers: { range: header, ...more } }));

test.each([
  ["bytes=0-4", { start: 0, end: 4 }],
  ["bytes=5-5", { start: 5, end: 5 }],
  ["bytes=7-", { start: 7 }],
  ["bytes=-3", { suffix: 3 }],
  [" Bytes= 1 - 2 ".replaceAll(" ", ""), { start: 1, end: 2 }],
])("parses %s as %j", (header, expected) => {
  expect(range(header)).toEqual(expected);
});

test.each([
  "bytes",
  "bytes=",
  "bytes=-",
  "bytes=-0",
  "bytes=a-b",
  "bytes=5-2",
  "bytes=1",
  "bytes=1-2-3",
  "bytes=0x1-2",
  "bytes=0-1,x",
  "bytes=1e3-",
  `bytes=${"9".repeat(16)}-`,
])("rejects %s", (header) => {
  expect(() => range(header)).toThrow(expect.objectContaining({ code: "range_not_satisfiable" }));
});

test("reports several ranges", () => {
  expect(range("bytes=0-1,3-4")).toBe("several");
});

test.each(["lines=1-2", "nonsense"])("ignores %s", (header) => {
  expect(range(header)).toBeUndefined();
});

test("ignores a missing header, and the header of a HEAD", () => {
  expect(readRange(request())).toBeUndefined();
  expect(readRange(request({ method: "HEAD", headers: { range: "bytes=0-1" } }))).toBeUndefined();
});

test.each([
  ['"1"', true],
  ['"2"', false],
  ['W/"1"', false],
  ["Sat, 28 Nov 2026 20:00:00 GMT", false],
])('If-Range: %s matches the tag "1": %s', (header, expected) => {
  expect(readIfRange(request({ headers: { "if-range": header } }))?.('"1"')).toBe(expected);
});

test("has no condition without If-Range", () => {
  expect(readIfRange(request())).toBeUndefined();
});
