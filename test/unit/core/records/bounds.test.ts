import { describe, expect, test } from "vitest";
import { bounded, boundedError, boundedText } from "../../../../shared/core/records/bounds.ts";
import { causeText, cutText } from "../../../../shared/core/records/cause-text.ts";

const said = { status: "Running", observed_at: "2026-03-01T12:00:00.000Z" };

describe("a text", () => {
  test("within the limit stays as it is, without secrets", () => {
    expect(boundedText("ü 🙂")).toBe("ü 🙂");
    expect(boundedText("at https://h/c?sig=abc")).toBe("at https://h/c?sig=***");
  });

  test("that is too long is cut with a mark and its length, never within a character", () => {
    expect(boundedText("x".repeat(5000))).toBe(`${"x".repeat(4000)} ... (cut, 5000 characters)`);
    expect(cutText("ab🙂", 3)).toBe("ab ... (cut, 4 characters)");
    expect(boundedError({ code: "c".repeat(400), message: "m" }).code).toHaveLength(
      300 + " ... (cut, 400 characters)".length,
    );
  });
});

describe("an observation", () => {
  test("keeps at most a thousand logs and fifty services within the limits", () => {
    const log_names = Array.from({ length: 2000 }, (_, at) => `log-${at}`);
    const services = Object.fromEntries([
      ["long", { x: "x".repeat(20_000) }],
      ...Array.from({ length: 80 }, (_, at) => [`s${at}`, { type: "ssh" }]),
    ]);
    const {
      log_names: logs = [],
      services: kept = {},
      error,
    } = bounded({ ...said, log_names, services, error: { code: "c", message: "m".repeat(9000) } });
    expect([logs.length, Object.keys(kept).length, Object.hasOwn(kept, "long")]).toEqual([1000, 50, false]);
    expect(error?.message).toMatch(/ \.\.\. \(cut, 9000 characters\)$/);
    expect(bounded(said)).toEqual({});
  });
});

describe("a cause", () => {
  test.each<[unknown, string]>([
    [new Error("It broke.\n    at main.cjs"), "It broke"],
    [new TypeError("x is not a function"), "TypeError: x is not a function"],
    [new Error("ENOENT: no such file, open '/srv/jobs/iris/spec.json'"), "ENOENT: no such file, open '.../spec.json'"],
    [new Error("open C:\\jobs\\iris\\spec.json failed"), "open .../spec.json failed"],
    [
      new Error("GET https://acct.blob.core.windows.net/c/b?sig=abc failed"),
      "GET https://acct.blob.core.windows.net/c/b?sig=*** failed",
    ],
    ["a text", "a text"],
    [undefined, "undefined"],
    [new Error("x".repeat(900)), `${"x".repeat(500)} ... (cut, 900 characters)`],
  ])("of %s is one line without secrets and folders", (error, line) => {
    expect(causeText(error)).toBe(line);
  });
});
