import { expect, test } from "vitest";
import { pythonText } from "../../../../shared/core/yaml/python-text.ts";
import { toFloat, toOpaque, type Value } from "../../../../shared/core/yaml/value.ts";

test.each<[string, Value]>([
  ["a", "a"],
  ["None", null],
  ["True", true],
  ["False", false],
  ["1", 1],
  ["9007199254740993", 9007199254740993n],
  ["1.0", toFloat(1)],
  ["-0.0", toFloat(-0)],
  ["0.1", 0.1],
  ["1e-05", 1e-5],
  ["0.0001", 0.0001],
  ["1e+16", toFloat(1e16)],
  ["1000000000000000.0", toFloat(1e15)],
  ["1.5e-300", 1.5e-300],
  ["1.5e+300", toFloat(1.5e300)],
  ["nan", toFloat(Number.NaN)],
  ["inf", toFloat(Number.POSITIVE_INFINITY)],
  ["-inf", toFloat(Number.NEGATIVE_INFINITY)],
  ["2001-12-14", toOpaque("date", "2001-12-14")],
  ["2001-12-14 21:59:43.100000-05:00", toOpaque("date", "2001-12-14t21:59:43.10-05:00")],
  ["2001-02-04 01:59:43+00:00", toOpaque("date", "2001-2-4 1:59:43Z")],
  ["2001-02-04 01:59:43+05:00", toOpaque("date", "2001-2-4 1:59:43 +5")],
  ["2001-02-04 01:59:43", toOpaque("date", "2001-2-4 1:59:43.0")],
  ["aGk=", toOpaque("binary", "aGk=")],
  [`[1, 'a', None, "it's", 'say "x"\\n\\\\', '\\'"']`, [1, "a", null, "it's", 'say "x"\n\\', `'"`]],
  ["{'a': 1, 'b': {'c': []}}", { a: 1, b: { c: [] }, d: undefined }],
])("pythonText prints %j, as Python's str does", (text, value) => {
  expect(pythonText(value)).toBe(text);
});
