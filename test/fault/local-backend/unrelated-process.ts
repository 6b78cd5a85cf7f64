import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { onTestFinished } from "vitest";

/** Starts a process in its own group that belongs to no job. It is killed at the end of the test. */
export async function startUnrelatedProcess(): Promise<{ readonly pid: number; readonly child: ChildProcess }> {
  const child = spawn("sleep", ["60"], { detached: true, stdio: "ignore" });
  onTestFinished(() => void child.kill("SIGKILL"));
  await once(child, "spawn");
  return { pid: child.pid ?? 0, child };
}
