import { expect, test } from "vitest";
import { parseKeepingNumbers } from "../../../../../shared/backends/azureml/http/json.ts";

test("numbers are written again exactly as they were read", () => {
  const text = '{"a":1.0,"b":12345678901234567890,"c":1,"d":[1e3,"1.0"],"__proto__":{"x":1}}';
  expect(JSON.stringify(parseKeepingNumbers(text))).toBe(text);
});
