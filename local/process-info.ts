import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { promisify } from "node:util";

const run = promisify(execFile);

/** True while a process with this pid runs; false for a zombie, which has ended. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return process.platform !== "linux" || !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/** The command line of a process, its arguments joined by spaces; undefined if it has ended or cannot be read. */
export async function commandLine(pid: number): Promise<string | undefined> {
  const read =
    process.platform === "linux" ? fromProc(pid) : process.platform === "win32" ? fromWindows(pid) : fromPs(pid);
  return read.catch(() => undefined);
}

const fromProc = async (pid: number) => (await readFile(`/proc/${pid}/cmdline`, "utf8")).replaceAll("\0", " ").trim();
const fromPs = async (pid: number) =>
  (await run("ps", ["-ww", "-p", String(pid), "-o", "command="], { timeout: 5000 })).stdout.trim();
const fromWindows = async (pid: number) => {
  const query = `(Get-CimInstance Win32_Process -Filter 'ProcessId=${pid}').CommandLine`;
  return (await run("powershell", ["-NoProfile", "-Command", query], { timeout: 10_000 })).stdout.trim();
};

/**
 * A text from the start time of a process, which distinguishes it from another process that had the same pid.
 * Undefined if the process does not exist or the system does not provide its start time.
 */
export async function startMark(pid: number): Promise<string | undefined> {
  const read =
    process.platform === "linux"
      ? markFromProc(pid)
      : process.platform === "win32"
        ? markFromWindows(pid)
        : markFromPs(pid);
  return (await read.catch(() => undefined)) || undefined;
}

/** Clock ticks since the boot, and the id of the boot, because the same ticks can occur after another boot. */
const markFromProc = async (pid: number) => {
  const [stat, boot] = await Promise.all([
    readFile(`/proc/${pid}/stat`, "utf8"),
    readFile("/proc/sys/kernel/random/boot_id", "utf8"),
  ]);
  // Before these fields is the program name in parentheses, which may itself contain spaces and parentheses.
  const ticks = stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19];
  return ticks === undefined ? undefined : `${boot.trim()} ${ticks}`;
};
const markFromPs = async (pid: number) =>
  (
    await run("ps", ["-p", String(pid), "-o", "lstart="], { timeout: 5000, env: { ...process.env, LC_ALL: "C" } })
  ).stdout.trim();
const markFromWindows = async (pid: number) => {
  const query = `(Get-Process -Id ${pid}).StartTime.ToUniversalTime().Ticks`;
  return (await run("powershell", ["-NoProfile", "-Command", query], { timeout: 10_000 })).stdout.trim();
};
