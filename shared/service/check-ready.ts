import type { Backend } from "../core/backend-port.ts";
import type { OpenJobs } from "../core/open-jobs.ts";
import type { CallOptions, Clock } from "../core/ports.ts";
import type { Queues, RecordStore } from "../core/storage-ports.ts";

export interface ReadyPorts {
  readonly records: RecordStore;
  readonly openJobs: OpenJobs;
  readonly queues: Queues;
  readonly backend: Backend;
  readonly clock: Clock;
}

export interface Readiness {
  readonly status: "pass" | "fail";
  readonly checks: Readonly<Record<"storage" | "backend", { readonly status: "pass" | "fail"; readonly duration_ms: number }>>;
  readonly checked_at: string;
}

const capMs = 2000;
const keepMs = 5000;

/** Asks storage and the backend, two seconds each at the most. An answer serves for five seconds, so that nobody can use it to make load. */
export function createReadyCheck(ports: ReadyPorts): () => Promise<Readiness> {
  let last: { readonly at: number; readonly answer: Promise<Readiness> } | undefined;
  return () => {
    const now = ports.clock.now().getTime();
    if (last === undefined || Math.abs(now - last.at) >= keepMs) last = { at: now, answer: check(ports) };
    return last.answer;
  };
}

async function check({ records, openJobs, queues, backend, clock }: ReadyPorts): Promise<Readiness> {
  // A name that no job can have: nothing is found, but storage has answered.
  const [storage, reached] = await Promise.all([
    probe(clock, (options) => Promise.all([records.get("-", options), openJobs.get("-", options), queues.ready(options)])),
    probe(clock, (options) => backend.ready(options)),
  ]);
  const status = storage.status === "pass" && reached.status === "pass" ? "pass" : "fail";
  return { status, checks: { storage, backend: reached }, checked_at: clock.now().toISOString() };
}

async function probe(clock: Clock, ask: (options: CallOptions) => Promise<unknown>) {
  const started = clock.now().getTime();
  const done = (status: "pass" | "fail") => ({ status, duration_ms: clock.now().getTime() - started });
  try {
    await ask({ signal: AbortSignal.timeout(capMs) });
    return done("pass");
  } catch {
    return done("fail");
  }
}
