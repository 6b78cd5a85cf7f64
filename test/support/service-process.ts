// The service as a user starts it: a process on a free port, with a data folder that is removed afterwards.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync, readFileSync, readlinkSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll } from "vitest";
import { until } from "./until.ts";

export const root = join(import.meta.dirname, "../..");

interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A running or ended program of this project. */
export interface Program {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
  /** Standard output and standard error so far. */
  output(): string;
}

export interface ServiceProcess extends Program {
  readonly url: string;
  readonly data: string;
  /** Ends the program with SIGTERM. */
  stop(): Promise<Ended>;
  /** Ends the program with SIGKILL. */
  kill(): Promise<Ended>;
}

const startMs = 50_000;
/** Polls jobs more often than by default, to save time. */
const eager = { JOBS_POLL_SCHEDULE: "* * * * * *", JOBS_POLL_MIN_SECONDS: "0.9", JOBS_HEAL_SCHEDULE: "*/5 * * * * *" };

/** Runs a script of this project with the Node of this process, as `npm run` does it. */
export function runScript(script: string, args: readonly string[] = [], environment: NodeJS.ProcessEnv = {}): Program {
  return runProgram(
    process.execPath,
    ["--disable-warning=ExperimentalWarning", join(root, script), ...args],
    environment,
  );
}

export function runProgram(file: string, args: readonly string[], environment: NodeJS.ProcessEnv = {}): Program {
  // The channel closes when this process ends in any way; the service then ends, too.
  const child = spawn(file, args, {
    cwd: root,
    env: { ...process.env, ...environment },
    stdio: ["ignore", "pipe", "pipe", "ipc"],
  });
  let text = "";
  const keep = (chunk: string) => {
    text += chunk;
  };
  child.stdout?.setEncoding("utf8").on("data", keep);
  child.stderr?.setEncoding("utf8").on("data", keep);
  const ended = once(child, "close").then(([code, signal]) => ({ code, signal }) as Ended);
  return { child, ended, output: () => text };
}

interface StartOptions {
  /** Script that runs the service instead of `npm start`. */
  readonly script?: string;
  readonly environment?: NodeJS.ProcessEnv;
}

/**
 * Starts the service on a folder and waits until it prints its URL.
 * @throws Error with its output if it ends or prints none.
 */
export async function startOn(
  data: string,
  args: readonly string[] = [],
  { script = "local/start.ts", environment }: StartOptions = {},
): Promise<ServiceProcess> {
  const program = runScript(script, ["--port", "0", "--data", data, ...args], { ...eager, ...environment });
  const { child, ended, output } = program;
  const url = await until(
    () => (child.exitCode === null ? /runs at (http:\S+)/.exec(output())?.[1] : "ended"),
    (seen) => seen !== undefined,
    startMs,
  );
  if (url === undefined || url === "ended")
    throw new Error(`The service ended with ${child.exitCode} before it was ready:\n${output()}`);
  const endBy = (signal: NodeJS.Signals) => {
    child.kill(signal);
    return ended;
  };
  return { ...program, url, data, stop: () => endBy("SIGTERM"), kill: () => endBy("SIGKILL") };
}

export async function dataFolder(): Promise<string> {
  return mkdtemp(join(tmpdir(), "jobgate-e2e-"));
}

/** Ends the processes that use a folder (Azurite, jobs) and removes the folder. */
export async function removeData(data: string): Promise<void> {
  for (const pid of runningOn(data)) {
    try {
      process.kill(pid, "SIGKILL");
    } catch {
      // The process has already ended.
    }
  }
  await rm(data, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
}

/** Ids of the processes whose command line contains this folder, from the files in it. */
function runningOn(data: string): number[] {
  const jobs = join(data, "jobs");
  const files = [
    join(data, "azurite", "azurite.json"),
    ...(existsSync(jobs)
      ? readdirSync(jobs).flatMap((name) => ["started", "leader.json"].map((file) => join(jobs, name, file)))
      : []),
  ];
  return files.flatMap((file) => {
    if (!existsSync(file)) return [];
    const { pid } = JSON.parse(readFileSync(file, "utf8")) as { readonly pid?: number };
    return pid !== undefined && pid > 0 && isOf(pid, data) ? [pid] : [];
  });
}

/** Process ids are reused, so the arguments or the working folder of the process must refer to the folder. */
function isOf(pid: number, data: string): boolean {
  try {
    return (
      readFileSync(`/proc/${pid}/cmdline`, "utf8").includes(data) || readlinkSync(`/proc/${pid}/cwd`).includes(data)
    );
  } catch {
    return false;
  }
}

/** Starts one service for all tests of a file. */
export function useService(args: readonly string[] = [], options: StartOptions = {}): () => ServiceProcess {
  let service: ServiceProcess | undefined;
  beforeAll(async () => {
    service = await startOn(await dataFolder(), args, options);
  });
  afterAll(async () => {
    if (service === undefined) return;
    await service.stop();
    await removeData(service.data);
  });
  return () => {
    if (service === undefined) throw new Error("The service has not started.");
    return service;
  };
}
