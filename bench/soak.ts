import { readdirSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import type { Figure } from "./figures.ts";
import { startBenchService } from "./service.ts";

const minutes = Number(process.env.SOAK_MINUTES ?? "10");
const perSecond = 20;
const job = "command: 'true'\nenvironment: azureml:any@latest\n";
const yaml = { "content-type": "application/yaml" };

/**
 * 20 requests a second for ten minutes: the growth of the process after the first minute, and the files that it keeps
 * open.
 */
export async function benchSoak(): Promise<readonly Figure[]> {
  const service = await startBenchService();
  try {
    const call = async (path: string, init: RequestInit = {}) => {
      const response = await fetch(`${service.url}${path}`, { ...init, signal: AbortSignal.timeout(10_000) });
      if (!response.ok) throw new Error(`${path} returned ${response.status}.`);
      return response.json();
    };
    const submit = () => call("/api/jobs", { method: "POST", headers: yaml, body: job }) as Promise<{ name: string }>;
    const { name } = await submit();
    const mix: readonly (() => Promise<unknown>)[] = [
      submit,
      () => call("/api/jobs?dry_run=true", { method: "POST", headers: yaml, body: job }),
      () => call("/api/jobs?maxpagesize=10"),
      () => call(`/api/jobs/${name}/timeline`),
      () => call(`/api/jobs/${name}`),
    ];
    const samples: { readonly minute: number; readonly bytes: number }[] = [];
    const filesBefore = openFiles(service.pid);
    let failed = 0;
    const started = performance.now();
    for (let count = 0; count < minutes * 60 * perSecond; count++) {
      // One submission a second; the other requests only read.
      const run = mix[count % perSecond === 0 ? 0 : 1 + (count % (mix.length - 1))];
      run?.().catch(() => {
        failed += 1;
      });
      if (count % (perSecond * 5) === 0)
        samples.push({ minute: (performance.now() - started) / 60_000, bytes: residentBytes(service.pid) });
      const dueMs = ((count + 1) * 1000) / perSecond;
      await sleep(Math.max(0, dueMs - (performance.now() - started)));
    }
    // Idle keep-alive connections are closed by their timeout.
    await sleep(60_000);
    return [
      {
        bench: "soak",
        what: `RSS slope after the first of ${minutes} minutes at ${perSecond}/s`,
        value: slope(samples.filter(({ minute }) => minute > 1)) / 1024 ** 2,
        unit: "MB/min",
        limit: 1,
      },
      {
        bench: "soak",
        what: "growth of the number of open files and sockets",
        value: openFiles(service.pid) - filesBefore,
        unit: "",
        limit: 5,
      },
      { bench: "soak", what: "requests that failed", value: failed, unit: "", limit: 0 },
    ];
  } finally {
    await service.stop();
  }
}

/** Bytes per minute, by least squares. */
function slope(samples: readonly { readonly minute: number; readonly bytes: number }[]): number {
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [x, y] = [mean(samples.map(({ minute }) => minute)), mean(samples.map(({ bytes }) => bytes))];
  const over = samples.reduce((sum, { minute, bytes }) => sum + (minute - x) * (bytes - y), 0);
  return over / samples.reduce((sum, { minute }) => sum + (minute - x) ** 2, 0);
}

/** Read from /proc, which only Linux has. */
function residentBytes(pid: number): number {
  return Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? "0") * 1024;
}

function openFiles(pid: number): number {
  return readdirSync(`/proc/${pid}/fd`).length;
}
