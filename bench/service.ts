import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface BenchService {
  readonly url: string;
  readonly pid: number;
  readonly data: string;
  stop(): Promise<void>;
}

const startMs = 60_000;

/**
 * Runs `npm start` in a process and a folder of its own, on a free port.
 * @throws Error with its output if it does not start.
 */
export async function startBenchService(settings: Readonly<Record<string, string>> = {}): Promise<BenchService> {
  const data = await mkdtemp(join(tmpdir(), "jobgate-bench-"));
  const script = join(import.meta.dirname, "../local/start.ts");
  const child = spawn(process.execPath, [script, "--port", "0", "--data", data, "--quiet"], {
    env: { ...process.env, ...settings },
    stdio: ["ignore", "pipe", "pipe", "ipc"],
  });
  const url = await readUrl(child);
  return {
    url,
    pid: child.pid ?? 0,
    data,
    async stop() {
      child.kill("SIGTERM");
      await once(child, "exit");
      await rm(data, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

function readUrl(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let output = "";
    const fail = () => reject(new Error(`The service did not start:\n${output}`));
    const timer = setTimeout(fail, startMs);
    const read = (chunk: string) => {
      output += chunk;
      const url = /runs at (http:\S+)/.exec(output)?.[1];
      if (url === undefined) return;
      clearTimeout(timer);
      resolve(url);
    };
    child.stdout?.setEncoding("utf8").on("data", read);
    child.stderr?.setEncoding("utf8").on("data", read);
    child.once("exit", fail);
  });
}
