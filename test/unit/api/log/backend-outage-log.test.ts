import { expect, test } from "vitest";
import { createBackendOutageLog } from "../../../../shared/api/log/backend-outage-log.ts";
import { ServiceError } from "../../../../shared/core/errors.ts";

const quiet = { due: 2, left: 0 };
const forbidden = (message = "Azure ML answered 403.") => ({
  ...quiet,
  outage: new ServiceError("unavailable", message, { reason: "forbidden" }),
});

/** Lines written about these ticks, of which each begins after so many minutes. */
function toldOf(
  ...reports: readonly (Parameters<ReturnType<typeof createBackendOutageLog>>[0] & { readonly minutes?: number })[]
): readonly string[] {
  const lines: string[] = [];
  let now = 0;
  const tell = createBackendOutageLog(() => now);
  for (const { minutes = 0, ...report } of reports) {
    now += minutes * 60_000;
    tell(report, {
      log: (line: string) => lines.push(`log ${line}`),
      warn: (line: string) => lines.push(`warn ${line}`),
    });
  }
  return lines;
}

test("an outage that lasts is told of once, and once that it is over", () => {
  const told = toldOf(quiet, forbidden(), forbidden("Azure ML answered 403 again."), quiet, quiet);
  expect(told).toEqual([
    "warn The backend could not be asked: forbidden: Azure ML answered 403.",
    "log The backend can be asked again.",
  ]);
});

test("an outage that lasts for long is told of every ten minutes", () => {
  expect(
    toldOf(forbidden(), { ...forbidden(), minutes: 9 }, { ...forbidden(), minutes: 1 }, { ...forbidden(), minutes: 1 }),
  ).toHaveLength(2);
});

test("an outage that lasts is told of again after the clock was set back", () => {
  expect(toldOf({ ...forbidden(), minutes: 60 }, { ...forbidden(), minutes: -50 })).toHaveLength(2);
});

test("another reason is told of, with the id of the request", () => {
  const cause = Object.assign(new Error("Azure ML answered 500."), { requestId: "17" });
  const down = {
    ...quiet,
    outage: new ServiceError("unavailable", "Azure ML answered 500.", { cause, reason: "unreachable" }),
  };
  expect(toldOf(forbidden(), down)[1]).toBe(
    "warn The backend could not be asked: unreachable: Azure ML answered 500 (request id 17).",
  );
});

test("a tick at which nothing was due, or the backend was left alone, says nothing of its end", () => {
  expect(toldOf(forbidden(), { ...quiet, due: 0 }, { ...quiet, left: 2 }, forbidden())).toHaveLength(1);
});

test("of jobs of another backend it tells once, however many there are", () => {
  const others = (count: number) => ({ due: 0, left: 0, others: `Open jobs of the backend local: ${count}.` });
  expect(toldOf(others(2), others(2), quiet, others(1))).toEqual(["warn Open jobs of the backend local: 2."]);
});

test("a pause that the backend asked for is told of once, with its end, and not at all after the answer that asked for it", () => {
  const pause = { due: 2, left: 2, pause: new Date("2026-03-01T12:00:00.000Z") };
  const line = "warn The backend could not be asked: throttled: it asked for a pause until 2026-03-01T12:00:00.000Z.";
  expect(toldOf(pause, pause, quiet)).toEqual([line, "log The backend can be asked again."]);
  const throttled = { ...quiet, outage: new ServiceError("throttled", "Azure ML answered 429.") };
  expect(toldOf(throttled, pause)).toEqual(["warn The backend could not be asked: throttled: Azure ML answered 429."]);
  expect(toldOf({ ...pause, due: 0, left: 0 })).toEqual([]);
});

test("a refusal of Azure ML is in the line once, with the id of its request", () => {
  const cause = Object.assign(new Error("Azure ML could not read it: it answered 404."), {
    name: "AzureMLRefusal",
    requestId: "17",
  });
  const gone = {
    ...quiet,
    outage: new ServiceError("unavailable", `${cause.message} Check the settings.`, {
      cause,
      reason: "workspace_missing",
    }),
  };
  expect(toldOf(gone)).toEqual([
    "warn The backend could not be asked: workspace_missing: Azure ML could not read it: it answered 404. Check the settings (request id 17).",
  ]);
});
