/** What can be asked about a process of this machine. */
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { promisify } from "node:util";

const run = promisify(execFile);

/** True while a process with this number runs; one that has ended and that its parent has not waited for yet does not. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return process.platform !== "linux" || !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/** The command line of a process, its parts joined by blanks; undefined if there is none or it cannot be read. */
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
 * Marks one run of a process: two processes that had the same number one after the other have different marks. Undefined when
 * there is no such process, or the system does not say.
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

/** Ticks since the boot, and which boot: the same ticks come again after the next one. */
const markFromProc = async (pid: number) => {
  const [stat, boot] = await Promise.all([
    readFile(`/proc/${pid}/stat`, "utf8"),
    readFile("/proc/sys/kernel/random/boot_id", "utf8"),
  ]);
  // The name of the program comes before, in parentheses, and may hold blanks and parentheses itself.
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
