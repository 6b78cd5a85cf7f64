import { describe, expect, test } from "vitest";
import type { RegisteredFunction } from "../../../../../local/host/app/core-types.ts";
import type { FunctionsCore } from "../../../../../local/host/app/functions-core.ts";
import { invokeOnce } from "../../../../../local/host/app/invocation.ts";

/** Runs a function that fails with the same error each time, and returns the logged errors. */
async function failures(times: number, { logAsDebug }: { readonly logAsDebug: boolean }): Promise<string[]> {
  const lines: string[] = [];
  const fn = {
    name: "tick",
    bindings: { timer: { name: "timer", type: "timerTrigger", direction: "in" } },
    callback: async () => {},
  } as RegisteredFunction;
  const core = { programmingModel: () => undefined } as unknown as FunctionsCore;
  const log = (level: string, _category: string, message: string) => void (level === "error" && lines.push(message));
  for (let run = 0; run < times; run += 1) {
    await expect(
      invokeOnce({ core, log, timeoutMs: 1000 }, fn, {
        data: {},
        metadata: {},
        reason: "Timer fired",
        logAsDebug,
      }),
    ).rejects.toThrow("no programming model");
  }
  return lines;
}

describe("a run that fails with the same error as the one before", () => {
  test("is one log line for a timer, so that an outage does not fill the log", async () => {
    const [first, second] = await failures(2, { logAsDebug: true });
    expect(first).toMatch(/^Executed 'Functions\.tick' \(Failed, .*\)\nError: .*\n {4}at /);
    expect(second).toMatch(
      /^Executed 'Functions\.tick' \(Failed, .*\) As before: Error: The app has no programming model.*$/,
    );
  });

  test("has its stack trace again for any other trigger, so that each run can be found", async () => {
    const [, second] = await failures(2, { logAsDebug: false });
    expect(second).toMatch(/\n {4}at /);
  });
});
