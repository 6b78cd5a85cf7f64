/** Azurite, the storage of the one-machine edition: a process of its own, with its data on disk. */
import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { createServer, type Socket } from "node:net";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { defined } from "../../shared/lib/defined.ts";
import { commandLine, isRunning } from "../process-info.ts";

export interface AzuriteOptions {
  /** Holds the data, `azurite.json` (process and ports) and `azurite.log`. */
  readonly directory: string;
  readonly startTimeoutMs?: number;
  /** More of Azurite's own options, e.g. a certificate. */
  readonly flags?: readonly string[];
  /** How long it runs on after the process that started it; 30 s by default, in which the next start finds it. */
  readonly graceMs?: number;
  /** Ports and key that clients already use: Azurite takes these, or does not start. */
  readonly fixedAddress?: AzuriteAddress;
}

export interface RunningAzurite {
  readonly connectionString: string;
  readonly address: AzuriteAddress;
  /** Resolves when the process has ended, by `stop` or by itself, with its exit code or signal. */
  readonly ended: Promise<string>;
  /** Asks Azurite to end, so that it writes its state out, and waits for it. */
  stop(): Promise<void>;
}

const services = ["blob", "queue", "table"] as const;
type Ports = Readonly<Record<(typeof services)[number], number>>;
export interface AzuriteAddress {
  readonly ports: Ports;
  readonly key: string;
}
interface State {
  readonly pid: number;
  readonly ports?: Ports;
  readonly key?: string;
}

const require = createRequire(import.meta.url);
const executable = require.resolve("azurite/dist/src/azurite.js");
const watch = pathToFileURL(join(import.meta.dirname, "azurite-watch.ts")).href;
const stopTimeoutMs = 20_000;
const defaultGraceMs = 30_000;
/** The account that every storage emulator has. */
const account = "devstoreaccount1";

/**
 * Not the emulators' key, which everybody knows: a web page that gets past the same-origin rule (DNS rebinding) could sign with
 * it, drop a job, and so run commands on this machine.
 */
function newKey(): string {
  return randomBytes(64).toString("base64");
}

/**
 * Starts Azurite on `directory`, on loopback and on the ports it had there before if they are free.
 * An Azurite that a killed service left on the folder is ended first.
 * @throws with the end of Azurite's output when it does not start in time.
 */
export async function startAzurite({
  directory,
  startTimeoutMs = 30_000,
  fixedAddress: again,
  ...options
}: AzuriteOptions): Promise<RunningAzurite> {
  const folder = resolve(directory);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const stateFile = join(folder, "azurite.json");
  const previous = readState(stateFile);
  if (previous !== undefined) await endOrphan(previous.pid, folder);
  const key = again?.key ?? previous?.key ?? newKey();
  const before = again?.ports ?? previous?.ports;
  const child = await launch(folder, key, again?.ports ?? (await freePorts(before)), options);
  const pid = child.pid as number;
  const ended = once(child, "exit").then(([code, signal]) => (signal === null ? `exit code ${code}` : String(signal)));
  // Written before it listens: whoever kills this process now leaves an orphan that the next start can find.
  writeState(stateFile, { pid, key, ...defined({ ports: before }) });
  try {
    const ports = await listening(child, join(folder, "azurite.log"), startTimeoutMs);
    const state = { pid, ports, key };
    writeState(stateFile, state);
    return {
      connectionString: connectionString(state),
      address: { ports, key },
      ended,
      stop: async () => {
        // Its end is waited for now, which must keep this process until then.
        child.ref();
        if (child.exitCode === null && child.signalCode === null) await end(pid);
        await ended;
        if (existsSync(folder)) writeState(stateFile, { ...state, pid: 0 });
      },
    };
  } catch (error) {
    child.kill("SIGKILL");
    throw error;
  }
}

/** How to reach the Azurite that runs on a folder. @throws when none has run there. */
export function connectionStringOf(directory: string): string {
  const state = readState(join(directory, "azurite.json"));
  if (!hasRun(state)) throw new Error(`No Azurite has run on ${directory}.`);
  return connectionString(state);
}

/** How to reach the Azurite that runs on `directory` now; undefined when none does. */
export async function findAzurite(directory: string): Promise<string | undefined> {
  const folder = resolve(directory);
  const state = readState(join(folder, "azurite.json"));
  return hasRun(state) && (await isAzuriteOf(state.pid, folder)) ? connectionString(state) : undefined;
}

type RunState = State & AzuriteAddress;

function hasRun(state: State | undefined): state is RunState {
  return state?.ports !== undefined && state.key !== undefined;
}

function readState(file: string): State | undefined {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as State;
  } catch {
    return undefined;
  }
}

function writeState(file: string, state: State): void {
  writeFileSync(file, `${JSON.stringify(state)}\n`, { mode: 0o600 });
}

function connectionString({ ports, key }: AzuriteAddress): string {
  const endpoints = services.map(
    (name) => `${name[0]?.toUpperCase()}${name.slice(1)}Endpoint=http://127.0.0.1:${ports[name]}/${account};`,
  );
  return `DefaultEndpointsProtocol=http;AccountName=${account};AccountKey=${key};${endpoints.join("")}`;
}

/** The ports that it had before; 0, which is any free one, for those that something else has now. */
async function freePorts(before: Ports | undefined): Promise<Ports> {
  const entries = await Promise.all(
    services.map(async (name) => [name, (await isFree(before?.[name])) ? before?.[name] : 0] as const),
  );
  return Object.fromEntries(entries) as Record<(typeof services)[number], number>;
}

interface LaunchOptions {
  readonly flags?: readonly string[];
  readonly graceMs?: number;
}

async function launch(
  folder: string,
  key: string,
  ports: Ports,
  { flags: more = [], graceMs = defaultGraceMs }: LaunchOptions,
): Promise<ChildProcess> {
  const logFile = join(folder, "azurite.log");
  rmSync(logFile, { force: true });
  // A file and not a pipe: Azurite writes when it ends, and a pipe whose reader was killed would end it before its state is on disk.
  const output = openSync(logFile, "a");
  const addresses = services.flatMap((name) => [`--${name}Host`, "127.0.0.1", `--${name}Port`, String(ports[name])]);
  // The SDKs speak a newer version of the service than Azurite knows.
  const flags = ["--silent", "--disableTelemetry", "--skipApiVersionCheck", "--location", folder, ...more];
  const child = spawn(
    process.execPath,
    ["--disable-warning=ExperimentalWarning", "--import", watch, executable, ...flags, ...addresses],
    {
      cwd: folder,
      // A group of its own: what kills this service, or a Ctrl-C, must not reach Azurite before its state is written.
      detached: true,
      env: {
        ...process.env,
        AZURITE_ACCOUNTS: `${account}:${key}`,
        JOBGATE_AZURITE_FOLDER: folder,
        JOBGATE_AZURITE_GRACE_MS: String(graceMs),
      },
      // The last one closes with this process, which Azurite detects.
      stdio: ["ignore", output, output, "pipe"],
    },
  );
  closeSync(output);
  child.unref();
  (child.stdio[3] as Socket | null)?.unref();
  if (child.pid === undefined) throw (await once(child, "error"))[0] as Error;
  return child;
}

function isFree(port: number | undefined): Promise<boolean> {
  return new Promise((resolve) => {
    if (port === undefined || port === 0) return resolve(false);
    const probe = createServer();
    probe.once("error", () => resolve(false));
    probe.listen({ port, host: "127.0.0.1", exclusive: true }, () => probe.close(() => resolve(true)));
  });
}

/** Azurite tells by its output alone which ports it took and when it is ready. */
async function listening(child: ChildProcess, logFile: string, timeoutMs: number): Promise<Ports> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const ended = child.exitCode !== null || child.signalCode !== null;
    const output = readFileSync(logFile, "utf8");
    const found = services.map(
      (name) =>
        new RegExp(`^Azurite ${name} service is successfully listening at \\S+:(\\d+)$`, "im").exec(output)?.[1],
    );
    const [blob, queue, table] = found.map(Number);
    if (blob && queue && table) return { blob, queue, table };
    if (ended || performance.now() > deadline) {
      const tail = output.trim().split("\n").slice(-10).join("\n");
      throw new Error(
        `Azurite ${ended ? "ended" : `was not ready after ${timeoutMs / 1000} s`}. Its last output (${logFile}):\n${tail}`,
      );
    }
    await sleep(20);
  }
}

/** Ends the Azurite of an earlier start, but no other process that was given its number since. */
async function endOrphan(pid: number, folder: string): Promise<void> {
  if (await isAzuriteOf(pid, folder)) await end(pid);
}

async function isAzuriteOf(pid: number, folder: string): Promise<boolean> {
  if (pid <= 0 || !isRunning(pid)) return false;
  const command = await commandLine(pid);
  return command?.includes("azurite") === true && command.includes(folder);
}

async function end(pid: number): Promise<void> {
  for (const name of ["SIGTERM", "SIGKILL"] as const) {
    const deadline = performance.now() + stopTimeoutMs;
    signal(pid, name);
    while (performance.now() < deadline) {
      if (!isRunning(pid)) return;
      await sleep(20);
    }
  }
  throw new Error(`Azurite (process ${pid}) cannot be ended.`);
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}
