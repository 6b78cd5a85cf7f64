/** Starts Azurite, the storage of the one-machine edition, in its own process with its data on disk. */
import type { ChildProcess } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { existsSync, mkdirSync } from "node:fs";
import { createServer } from "node:net";
import { resolve } from "node:path";
import { defined } from "../../shared/lib/defined.ts";
import {
  hasEnded,
  isAzuriteRunning,
  type LaunchOptions,
  launchAzurite,
  stopAzurite,
  waitUntilListening,
} from "./azurite-process.ts";
import {
  type AzuriteAddress,
  type AzuritePorts,
  azuriteServices,
  connectionStringTo,
  readAzuriteState,
  writeAzuriteState,
} from "./azurite-state.ts";

export interface AzuriteOptions extends LaunchOptions {
  /** Folder of the data, of `azurite.json` (process, ports and key) and of `azurite.log`. */
  readonly directory: string;
  /** 30 s by default. */
  readonly startTimeoutMs?: number;
  /** Ports and key that clients already use. Azurite does not start if one of the ports is taken. */
  readonly fixedAddress?: AzuriteAddress;
}

export interface RunningAzurite {
  readonly connectionString: string;
  readonly address: AzuriteAddress;
  /** Resolves with the exit code or signal when the process has ended, by `stop` or unexpectedly. */
  readonly ended: Promise<string>;
  /** Stops Azurite, which saves its state, and waits for its end. */
  stop(): Promise<void>;
}

/**
 * Starts Azurite on `directory`, on loopback, if possible on the same ports as before. First stops an Azurite of a
 * killed service on the same folder.
 * @throws Error with its last output if it does not start in time.
 */
export async function startAzurite({
  directory,
  startTimeoutMs = 30_000,
  fixedAddress,
  ...options
}: AzuriteOptions): Promise<RunningAzurite> {
  const folder = resolve(directory);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const previous = readAzuriteState(folder);
  if (previous !== undefined && (await isAzuriteRunning(previous.pid, folder))) await stopAzurite(previous.pid);
  const key = fixedAddress?.key ?? previous?.key ?? newKey();
  const previousPorts = fixedAddress?.ports ?? previous?.ports;
  const requestedPorts = fixedAddress?.ports ?? (await replaceTakenPorts(previousPorts));
  const child = await launchAzurite(folder, { ports: requestedPorts, key }, options);
  const pid = child.pid as number;
  const ended = exitOf(child);
  // Written before Azurite listens, so that the next start finds it even if this process is killed now.
  writeAzuriteState(folder, { pid, key, ...defined({ ports: previousPorts }) });
  try {
    const ports = await waitUntilListening(child, folder, startTimeoutMs);
    const address = { ports, key };
    writeAzuriteState(folder, { pid, ...address });
    const stop = async () => {
      // Keeps this process running until Azurite has ended.
      child.ref();
      if (!hasEnded(child)) await stopAzurite(pid);
      await ended;
      if (existsSync(folder)) writeAzuriteState(folder, { pid: 0, ...address });
    };
    return { connectionString: connectionStringTo(address), address, ended, stop };
  } catch (error) {
    child.kill("SIGKILL");
    throw error;
  }
}

async function exitOf(child: ChildProcess): Promise<string> {
  const [code, signal] = await once(child, "exit");
  return signal === null ? `exit code ${code}` : String(signal);
}

/**
 * A random key instead of the public emulator key. With the public key, a web page could use DNS rebinding to submit
 * jobs, which run commands on this machine.
 */
function newKey(): string {
  return randomBytes(64).toString("base64");
}

/** Replaces ports that are in use by 0, which means any free port. */
async function replaceTakenPorts(ports: AzuritePorts | undefined): Promise<AzuritePorts> {
  const entries = await Promise.all(
    azuriteServices.map(async (name) => [name, (await isFree(ports?.[name])) ? ports?.[name] : 0] as const),
  );
  return Object.fromEntries(entries) as Record<keyof AzuritePorts, number>;
}

function isFree(port: number | undefined): Promise<boolean> {
  return new Promise((resolve) => {
    if (port === undefined || port === 0) return resolve(false);
    const probe = createServer();
    probe.once("error", () => resolve(false));
    probe.listen({ port, host: "127.0.0.1", exclusive: true }, () => probe.close(() => resolve(true)));
  });
}
