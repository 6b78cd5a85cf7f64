import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { join, resolve as resolvePath } from "node:path";
import type { HostOptions } from "../../local/host/start-host.ts";

export interface HostProcess {
  readonly pid: number;
  readonly url: string;
  /** The log of the host and the standard output of the app so far. */
  readonly lines: readonly string[];
  /** Ends the host with SIGTERM; returns its exit code. */
  stop(): Promise<number | null>;
  /** Ends the host with SIGKILL. */
  kill(): Promise<void>;
}

const apps = join(import.meta.dirname, "../data/apps");
const script = join(import.meta.dirname, "run-host.ts");

/**
 * Starts a host in a separate process, for an app of test/data/apps.
 * @throws Error with the reason of the host if it does not start.
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
