import { expect, test } from "vitest";
import { parseTimeSpan } from "../../../../../local/host/settings/time-span.ts";

test.each([
  ["00:00:30", 30_000],
  ["01:02:03", 3_723_000],
  ["00:05", 300_000],
  ["1.00:00:00", 86_400_000],
  ["10", 864_000_000],
  ["00:00:00.250", 250],
  ["-00:00:01", -1000],
  ["24:00:00", undefined],
  ["00:60:00", undefined],
  ["1.5", undefined],
  ["soon", undefined],
  ["", undefined],
])("%j is %j ms", (text, ms) => {
  expect(parseTimeSpan(text)).toBe(ms);
});
