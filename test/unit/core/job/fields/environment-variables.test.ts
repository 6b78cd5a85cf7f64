import { expect, test } from "vitest";
import { environmentVariableTexts } from "../../../../../shared/core/job/fields/environment-variables.ts";
import { toFloat, toOpaque } from "../../../../../shared/core/yaml/value.ts";

test("environment variables are text, and a variable without a value is omitted", () => {
  const variables = { A: "a", B: 1, C: true, D: toFloat(1), E: null, F: toOpaque("binary", "aGk=") };
  expect({ ...environmentVariableTexts(variables) }).toEqual({ A: "a", B: "1", C: "True", D: "1.0", F: "aGk=" });
});

test("a time is in UTC, and a date without a time is unchanged", () => {
  const variables = {
    A: toOpaque("date", "2024-01-01T10:00:00+02:00"),
    B: toOpaque("date", "2024-01-01"),
    C: toOpaque("date", "2024-01-01 10:00:00.5"),
  };
  expect({ ...environmentVariableTexts(variables) }).toEqual({
    A: "2024-01-01T08:00:00Z",
    B: "2024-01-01",
    C: "2024-01-01T10:00:00.500000Z",
  });
});

test("a time that UTC moves before the year 1 is sent as Python prints it", () => {
  const variables = { A: toOpaque("date", "0001-01-01T00:00:00+02:00") };
  expect({ ...environmentVariableTexts(variables) }).toEqual({ A: "0001-01-01 00:00:00+02:00" });
});
