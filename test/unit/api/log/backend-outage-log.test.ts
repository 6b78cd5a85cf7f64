import { expect, test } from "vitest";
import { createBackendOutageLog } from "../../../../shared/api/log/backend-outage-log.ts";
import { ServiceError } from "../../../../shared/core/errors.ts";

const quiet = { due: 2, deferred: 0 };
const forbidden = (message = "Azure ML answered 403.") => ({
  ...quiet,
  outage: new ServiceError("unavailable", message, { reason: "forbidden" }),
});

/** Lines logged for these poll runs; each starts `minutes` after the one before. */
function linesOf(
  ...reports: readonly (Parameters<ReturnType<typeof createBackendOutageLog>>[0] & { readonly minutes?: number })[]
): readonly string[] {
  const lines: string[] = [];
  let now = 0;
  const logOutages = createBackendOutageLog(() => now);
  for (const { minutes = 0, ...report } of reports) {
    now += minutes * 60_000;
    logOutages(report, {
      log: (line: string) => lines.push(`log ${line}`),
      warn: (line: string) => lines.push(`warn ${line}`),
    });
  }
  return lines;
}

test("logs an outage once, and its end once", () => {
  const lines = linesOf(quiet, forbidden(), forbidden("Azure ML answered 403 again."), quiet, quiet);
  expect(lines).toEqual([
    "warn Job status could not be requested from the backend: forbidden: Azure ML answered 403.",
    "log Job status can be requested from the backend again.",
  ]);
});

test("logs a lasting outage every ten minutes", () => {
  expect(
    linesOf(
      forbidden(),
      { ...forbidden(), minutes: 9 },
      { ...forbidden(), minutes: 1 },
      { ...forbidden(), minutes: 1 },
    ),
  ).toHaveLength(2);
});

test("logs a lasting outage again after the clock was set back", () => {
  expect(linesOf({ ...forbidden(), minutes: 60 }, { ...forbidden(), minutes: -50 })).toHaveLength(2);
});

test("logs a new reason, with the id of the request", () => {
  const cause = Object.assign(new Error("Azure ML answered 500."), { requestId: "17" });
  const down = {
    ...quiet,
    outage: new ServiceError("unavailable", "Azure ML answered 500.", { cause, reason: "unreachable" }),
  };
  expect(linesOf(forbidden(), down)[1]).toBe(
    "warn Job status could not be requested from the backend: unreachable: Azure ML answered 500 (request id 17).",
  );
});

test("does not log the end of an outage after a run that requested no status", () => {
  expect(linesOf(forbidden(), { ...quiet, due: 0 }, { ...quiet, deferred: 2 }, forbidden())).toHaveLength(1);
});

test("logs jobs of another backend once, whatever their number", () => {
  const others = (count: number) => ({ due: 0, deferred: 0, others: `Open jobs of the backend local: ${count}.` });
  expect(linesOf(others(2), others(2), quiet, others(1))).toEqual(["warn Open jobs of the backend local: 2."]);
});

test("logs a requested pause once, with its end, and not after the error that requested it", () => {
  const pause = { due: 2, deferred: 2, pause: new Date("2026-03-01T12:00:00.000Z") };
  const line =
    "warn Job status could not be requested from the backend: throttled: " +
    "the backend requested a pause until 2026-03-01T12:00:00.000Z.";
  expect(linesOf(pause, pause, quiet)).toEqual([line, "log Job status can be requested from the backend again."]);
  const throttled = { ...quiet, outage: new ServiceError("throttled", "Azure ML answered 429.") };
  expect(linesOf(throttled, pause)).toEqual([
    "warn Job status could not be requested from the backend: throttled: Azure ML answered 429.",
  ]);
  expect(linesOf({ ...pause, due: 0, deferred: 0 })).toEqual([]);
});

test("logs an error response of Azure ML once in the line, with the id of its request", () => {
  const cause = Object.assign(new Error("Azure ML could not read it: it answered 404."), {
    name: "AzureMLError",
    requestId: "17",
  });
  const gone = {
    ...quiet,
    outage: new ServiceError("unavailable", `${cause.message} Check the settings.`, {
      cause,
      reason: "workspace_missing",
    }),
  };
  expect(linesOf(gone)).toEqual([
    "warn Job status could not be requested from the backend: workspace_missing: " +
      "Azure ML could not read it: it answered 404. Check the settings (request id 17).",
  ]);
});
