import { expect, test } from "vitest";
import { ValueOffsets } from "../../../../shared/core/yaml/value-offsets.ts";

/** The offsets of `a: {b: 1}`, an empty `c:`, and a second `a: {d: 2}`. */
function offsets(): ValueOffsets {
  const recorded = new ValueOffsets();
  recorded.add(0, "", 0, 0);
  recorded.add(1, "a", 0, 3);
  recorded.add(2, "b", 4, 7);
  recorded.add(1, "c", 10, -1);
  recorded.add(1, "a", 13, 16);
  recorded.add(2, "d", 17, 20);
  return recorded;
}

test.each([
  [[], { key: 0, value: 0, isExact: true }],
  [["c"], { key: 10, value: -1, isExact: true }],
  [["a"], { key: 13, value: 16, isExact: true }],
  [["a", "d"], { key: 17, value: 20, isExact: true }],
])("the place of the value at %j is that of the last of equal keys", (path, place) => {
  expect(offsets().find(path)).toEqual(place);
});

test.each([[["a", "b"]], [["a", "zz", "b"]]])("the place of the missing value at %j is that around it", (path) => {
  expect(offsets().find(path)).toEqual({ key: 13, value: 16, isExact: false });
});

test("a value without an offset of its own, as an empty item, has the place around it", () => {
  const recorded = new ValueOffsets();
  recorded.add(0, "", 0, 0);
  recorded.add(1, "0", -1, -1);
  expect(recorded.find(["0"])).toEqual({ key: 0, value: 0, isExact: false });
  expect(new ValueOffsets().find(["a"])).toEqual({ key: 0, value: 0, isExact: false });
});
