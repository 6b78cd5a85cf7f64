import { expect, test } from "vitest";
import { identifyProcess, isRunning } from "../../../shared/backends/local/process/process-id.ts";
import { commandJob, localSetup } from "../../contract/backends/local-jobs.ts";
import { waitForEnd } from "../../contract/backends/observe-job.ts";
import { until } from "../../support/until.ts";

/** Stops its supervisor repeatedly, from another session that ignores SIGTERM. */
const stubborn = `echo '#!/bin/bash
trap "" TERM HUP INT; echo pid $$
while true; do kill -STOP $1; sleep 0.05; done' > stop.sh; setsid -f bash stop.sh $PPID; sleep 600`;

test("cancels a job that stops its supervisor repeatedly, with all its processes", async () => {
  const { backend, log } = await localSetup();
  const job = commandJob(stubborn);
  await backend.submit(job);
  const text = await until(
    () => log(job),
    (seen) => /pid \d+/.test(seen),
  );
  await backend.cancel(job);
  expect(
    await until(
      () => backend.observe([job]),
      ([seen]) => seen?.observation?.status === "Canceled",
      60_000,
    ),
  ).toHaveLength(1);
  const [, pid = ""] = /pid (\d+)/.exec(text) ?? [];
  expect(isRunning(identifyProcess(Number(pid)))).toBe(false);
});

test("ends a job that stops its supervisor repeatedly at its time limit", async () => {
  const { backend, log } = await localSetup();
  const job = commandJob(stubborn, { limits: { timeout: 2 } });
  await backend.submit(job);
  const over = await until(
    () => backend.observe([job]),
    ([seen]) => seen?.observation?.status === "Failed",
    90_000,
  );
  expect(over[0]?.observation).toMatchObject({ error: { code: "timed_out" } });
  const [, pid = ""] = /pid (\d+)/.exec(await log(job)) ?? [];
  expect(isRunning(identifyProcess(Number(pid)))).toBe(false);
  await waitForEnd(backend, job);
});
