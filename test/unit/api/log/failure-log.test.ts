import { expect, test } from "vitest";
import { createFailureLog } from "../../../../shared/api/log/failure-log.ts";
import { logIfUnreadable } from "../../../../shared/api/log/log-if-unreadable.ts";
import { ServiceError } from "../../../../shared/core/errors.ts";
import { createManualClock } from "../../../support/memory/clock.ts";

function start() {
  const clock = createManualClock();
  const lines: string[] = [];
  const context = {
    warn: (line: string) => void lines.push(line),
    error: (line: string, error: Error) => void lines.push(`${line} ${error.stack?.split("\n")[0]}`),
  };
  return { clock, lines, context: context as never, log: createFailureLog(clock) };
}

const outage = (name: string) => {
  const cause = Object.assign(new Error("Azure ML answered 403."), { requestId: "request-1" });
  return new ServiceError("unavailable", `Azure ML could not read run ${name}.`, { reason: "forbidden", cause });
};

test("logs an outage of many jobs once per minute and cause, with request id and number of further failures", () => {
  const { clock, lines, context, log } = start();
  for (const name of ["iris", "rose", "lily"]) log("A job waits", outage(name), context);
  log("A job waits", new ServiceError("unavailable", "Azure ML could not be reached.", { reason: "dns" }), context);
  clock.advance(60_000);
  log("A job waits", outage("iris"), context);
  expect(lines).toEqual([
    "A job waits: forbidden: Azure ML could not read run iris (Azure ML answered 403; request id request-1).",
    "A job waits: dns: Azure ML could not be reached.",
    "A job waits: forbidden: Azure ML could not read run iris (Azure ML answered 403; request id request-1). " +
      "Failures of the same cause since the last such line: 2.",
  ]);
});

test("logs an outage again after the clock was set back", () => {
  const { clock, lines, context, log } = start();
  log("A job waits", outage("iris"), context);
  clock.advance(-3_600_000);
  log("A job waits", outage("iris"), context);
  expect(lines).toHaveLength(2);
});

test("logs an unexpected error with its stack", () => {
  const { lines, context, log } = start();
  log("Job iris could not be repaired", new TypeError("x is not a function"), context);
  expect(lines).toEqual(["Job iris could not be repaired: TypeError: x is not a function"]);
});

test("logs an unexpected error once per minute, whatever the number of jobs", () => {
  const { lines, context, log } = start();
  for (const name of ["iris", "rose", "lily"])
    log(`Job ${name} could not be repaired`, new TypeError("x is not a function"), context);
  expect(lines).toHaveLength(1);
});

test("logs the error of a record that cannot be read, and throws any other error", async () => {
  const { lines, context, log } = start();
  await logIfUnreadable(
    () => Promise.reject(new ServiceError("record_damaged", "The record of job iris is damaged.")),
    log,
    context,
  );
  expect(lines).toEqual(["A job is skipped until its record can be read: The record of job iris is damaged."]);
  await expect(logIfUnreadable(() => Promise.reject(new Error("x")), log, context)).rejects.toThrow("x");
});
