import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { join, resolve as resolvePath } from "node:path";
import type { HostOptions } from "../../local/host/start-host.ts";

export interface HostProcess {
  readonly pid: number;
  readonly url: string;
  /** What the host has logged so far, and what the app wrote to its standard output. */
  readonly lines: readonly string[];
  /** Ends it by SIGTERM. @returns its exit code. */
  stop(): Promise<number | null>;
  /** Ends it as a power cut would. */
  kill(): Promise<void>;
}

const apps = join(import.meta.dirname, "../data/apps");
const script = join(import.meta.dirname, "run-host.ts");

/**
 * Starts a host in a process of its own, for an app of test/data/apps.
 * @throws with the host's own reason when it does not start.
 */
export async function startHostProcess(
  app: string,
  options: Partial<Omit<HostOptions, "log">> = {},
  env: Readonly<Record<string, string>> = {},
): Promise<HostProcess> {
  const child = fork(script, {
    execArgv: ["--disable-warning=ExperimentalWarning"],
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "inherit", "ipc"],
  });
  const lines: string[] = [];
  child.stdout?.setEncoding("utf8").on("data", (text: string) => lines.push(text.trimEnd()));
  const url = await new Promise<string>((resolve, reject) => {
    child.on("message", (message: { url?: string; line?: string; failure?: string }) => {
      if (message.line !== undefined) lines.push(message.line);
      if (message.url !== undefined) resolve(message.url);
      if (message.failure !== undefined) reject(new Error(message.failure));
    });
    child.once("exit", (code) => reject(new Error(`The host ended with code ${code} before it was ready.`)));
    child.send({ appDirectory: resolvePath(apps, app), port: 0, ...options });
  });
  return {
    pid: child.pid ?? 0,
    url,
    lines,
    stop: () => end(child, "SIGTERM"),
    kill: async () => void (await end(child, "SIGKILL")),
  };
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
  const exited = once(child, "exit");
  child.kill(signal);
  await exited;
  return child.exitCode;
}
