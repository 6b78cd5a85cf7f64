import { describe, expect, test } from "vitest";
import type { RegisteredFunction } from "../../../../../local/host/app/core-types.ts";
import type { FunctionsCore } from "../../../../../local/host/app/functions-core.ts";
import { invokeOnce } from "../../../../../local/host/app/invocation.ts";

/** Runs a function that fails for the same reason each time, and gives what the log says of each run. */
async function failures(times: number, { quiet }: { readonly quiet: boolean }): Promise<string[]> {
  const lines: string[] = [];
  const fn = {
    name: "tick",
    bindings: { timer: { name: "timer", type: "timerTrigger", direction: "in" } },
    callback: async () => {},
  } as RegisteredFunction;
  const core = { model: () => undefined } as unknown as FunctionsCore;
  const log = (level: string, _category: string, message: string) => void (level === "error" && lines.push(message));
  for (let run = 0; run < times; run += 1) {
    await expect(
      invokeOnce({ core, log, timeoutMs: 1000 }, fn, {
        data: {},
        metadata: {},
        reason: "Timer fired",
        logAsDebug: quiet,
      }),
    ).rejects.toThrow("no programming model");
  }
  return lines;
}

describe("a run that fails as the one before did", () => {
  test("of a timer is one line, so that an outage does not fill the log", async () => {
    const [first, second] = await failures(2, { quiet: true });
    expect(first).toMatch(/^Executed 'Functions\.tick' \(Failed, .*\)\nError: .*\n {4}at /);
    expect(second).toMatch(
      /^Executed 'Functions\.tick' \(Failed, .*\) As before: Error: The app has no programming model.*$/,
    );
  });

  test("of any other trigger has its stack again: somebody may look for this very run", async () => {
    const [, second] = await failures(2, { quiet: false });
    expect(second).toMatch(/\n {4}at /);
  });
});
