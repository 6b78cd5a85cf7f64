import { expect, test } from "vitest";
import { parseSchedule } from "../../../../../local/host/timers/schedule.ts";

/** Schedules are in local time. */
const local = (text: string) => new Date(text).getTime();
const next = (schedule: string, after: string) => parseSchedule(schedule).next(local(after));

test.each([
  ["0 */5 * * * *", "2026-11-24T07:03:00", "2026-11-24T07:05:00"],
  ["*/2 * * * * *", "2026-11-24T07:03:02", "2026-11-24T07:03:04"],
  ["30 4 * * *", "2026-11-24T07:03:00", "2026-11-25T04:30:00"],
  ["0 0 9-17 * * MON-FRI", "2026-11-27T17:00:00", "2026-11-30T09:00:00"],
  ["0 0 0 1 jan,jul *", "2026-11-24T00:00:00", "2027-01-01T00:00:00"],
  ["0 5/20 * * * *", "2026-11-24T07:06:00", "2026-11-24T07:25:00"],
  ["00:00:30", "2026-11-24T07:03:10", "2026-11-24T07:03:40"],
  ["1.00:00:00", "2026-11-24T07:03:10", "2026-11-25T07:03:10"],
])("%s after %s is %s", (schedule, after, expected) => {
  expect(next(schedule, after)).toBe(local(expected));
});

test("matches only times whose day and weekday both match, in five and in six fields", () => {
  // Classic cron would match any Friday: 2026-11-27.
  expect(next("0 0 0 13 * FRI", "2026-11-24T00:00:00")).toBe(local("2027-08-13T00:00:00"));
  expect(next("0 0 13 * FRI", "2026-11-24T00:00:00")).toBe(local("2027-08-13T00:00:00"));
});

test.each([
  "",
  "* * *",
  "* * * * * * *",
  "60 * * * * *",
  "0 0 0 L * *",
  "0 0 0 ? * *",
  "0 0 0 15W * *",
  "0 0 0 * * FRI#2",
  "@daily",
  "00:00:00",
  "-00:01:00",
  "never",
])("rejects the schedule %j", (schedule) => {
  expect(() => parseSchedule(schedule)).toThrow(
    `The schedule expression '${schedule}' was not recognized as a valid cron expression or timespan string.`,
  );
});

test.each([
  ["*/2 * * * * *", false],
  ["0,30 0 3 * * *", false],
  ["00:00:59", false],
  ["0 * * * * *", true],
  ["00:01:00", true],
  ["0 0 3 * * *", true],
])("%s can be monitored: %s", (schedule, expected) => {
  expect(parseSchedule(schedule).canBeMonitored).toBe(expected);
});

test("has no next time for a schedule that never matches", () => {
  expect(next("0 0 0 30 FEB *", "2026-11-24T00:00:00")).toBeUndefined();
});
