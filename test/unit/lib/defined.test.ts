import { expect, test } from "vitest";
import { defined } from "../../../shared/lib/defined.ts";

test("leaves out members that are undefined and keeps null, zero, false and empty text", () => {
  const members = { missing: undefined, nothing: null, zero: 0, no: false, text: "" };
  const copy = defined(members);
  expect(Object.keys(copy)).toEqual(["nothing", "zero", "no", "text"]);
  expect(copy).not.toBe(members);
});
