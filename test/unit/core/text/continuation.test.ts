import { expect, test } from "vitest";
import { readContinuation, writeContinuation } from "../../../../shared/core/text/continuation.ts";

const list = ["children", "iris"];
const refused = expect.objectContaining({
  code: "invalid_query",
  message: expect.stringContaining("Omit it to read the first page"),
  issues: [expect.objectContaining({ pointer: "/query/continuation", code: "invalid_parameter" })],
});

test.each(["", "100 abc", "ä\n+/=", '["a",null]'])("the text %j is read back from its continuation", (text) => {
  expect(readContinuation(writeContinuation(text, list), list)).toBe(text);
});

test("a continuation that was truncated, changed, extended or created for another list is rejected", () => {
  const continuation = writeContinuation("100 abc", list);
  for (const other of [
    "",
    continuation.slice(0, -1),
    continuation.slice(1),
    `${continuation}=`,
    ` ${continuation}`,
    continuation.toUpperCase(),
  ]) {
    expect(() => readContinuation(other, list)).toThrow(refused);
  }
  expect(() => readContinuation(continuation, ["children", "rose"])).toThrow(refused);
});
