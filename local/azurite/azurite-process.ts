/** Starts, observes and stops the process of Azurite. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import type { Socket } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { commandLine, isRunning } from "../process-info.ts";
import { type AzuriteAddress, type AzuritePorts, azuriteAccount, azuriteServices } from "./azurite-state.ts";

const require = createRequire(import.meta.url);
const executable = require.resolve("azurite/dist/src/azurite.js");
const watchdog = pathToFileURL(join(import.meta.dirname, "exit-without-service.ts")).href;
const defaultGraceMs = 30_000;
const stopTimeoutMs = 20_000;
const checkIntervalMs = 20;

const logFileOf = (folder: string) => join(folder, "azurite.log");

export interface LaunchOptions {
  /** More options of Azurite, e.g. a certificate. */
  readonly flags?: readonly string[];
  /** Time for which Azurite keeps running after its parent process has ended; 30 s by default. */
  readonly graceMs?: number;
}

/** Starts Azurite on `folder`, with the watchdog and its own process group. A port 0 means any free port. */
export async function launchAzurite(
  folder: string,
  { ports, key }: AzuriteAddress,
  { flags = [], graceMs = defaultGraceMs }: LaunchOptions,
): Promise<ChildProcess> {
  rmSync(logFileOf(folder), { force: true });
  // A file, because Azurite logs while it saves its state, and a broken pipe would end it before the state is saved.
  const output = openSync(logFileOf(folder), "a");
  const addresses = azuriteServices.flatMap((name) => [
    `--${name}Host`,
    "127.0.0.1",
    `--${name}Port`,
    String(ports[name]),
  ]);
  // The SDKs send a newer API version than Azurite supports.
  const common = ["--silent", "--disableTelemetry", "--skipApiVersionCheck", "--location", folder];
  const child = spawn(
    process.execPath,
    ["--disable-warning=ExperimentalWarning", "--import", watchdog, executable, ...common, ...flags, ...addresses],
    {
      cwd: folder,
      // In its own group, so that Ctrl-C or a kill of the service does not end Azurite before it has saved its state.
      detached: true,
      env: {
        ...process.env,
        AZURITE_ACCOUNTS: `${azuriteAccount}:${key}`,
        JOBGATE_AZURITE_FOLDER: folder,
        JOBGATE_AZURITE_GRACE_MS: String(graceMs),
      },
      // The watchdog detects the end of this process by the last one.
      stdio: ["ignore", output, output, "pipe"],
    },
  );
  closeSync(output);
  child.unref();
  (child.stdio[3] as Socket | null)?.unref();
  if (child.pid === undefined) throw (await once(child, "error"))[0] as Error;
  return child;
}

/**
 * Waits until Azurite listens, which is detected from its output.
 * @throws Error with its last output if it exits or the time limit is reached.
 */
export async function waitUntilListening(
  child: ChildProcess,
  folder: string,
  timeoutMs: number,
): Promise<AzuritePorts> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const ended = hasEnded(child);
    const output = readFileSync(logFileOf(folder), "utf8");
    const ports = readPorts(output);
    if (ports !== undefined) return ports;
    if (ended || performance.now() > deadline) {
      const problem = ended ? "Azurite ended at its start" : `Azurite was not ready after ${timeoutMs / 1000} s`;
      const lastLines = output.trim().split("\n").slice(-10).join("\n");
      throw new Error(`${problem}. Its last output (${logFileOf(folder)}):\n${lastLines}`);
    }
    await sleep(checkIntervalMs);
  }
}

function readPorts(output: string): AzuritePorts | undefined {
  const [blob, queue, table] = azuriteServices.map((name) => {
    const line = new RegExp(`^Azurite ${name} service is successfully listening at \\S+:(\\d+)$`, "im");
    return Number(line.exec(output)?.[1]);
  });
  return blob && queue && table ? { blob, queue, table } : undefined;
}

/** True if the child process has exited. */
export function hasEnded({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode !== null || signalCode !== null;
}

/** True if the process is an Azurite on `folder`, and not a later process with the same pid. */
export async function isAzuriteRunning(pid: number, folder: string): Promise<boolean> {
  if (pid <= 0 || !isRunning(pid)) return false;
  const command = await commandLine(pid);
  return command?.includes("azurite") === true && command.includes(folder);
}

/** Stops Azurite, which saves its state; kills it after 20 s. @throws if it still runs 20 s later. */
export async function stopAzurite(pid: number): Promise<void> {
  for (const signal of ["SIGTERM", "SIGKILL"] as const) {
    const deadline = performance.now() + stopTimeoutMs;
    sendSignal(pid, signal);
    while (performance.now() < deadline) {
      if (!isRunning(pid)) return;
      await sleep(checkIntervalMs);
    }
  }
  throw new Error(`Azurite (process ${pid}) cannot be stopped. End that process, then start again.`);
}

function sendSignal(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}
