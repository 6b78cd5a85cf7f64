import { ServiceError } from "../../../shared/core/errors.ts";
import type { Issue } from "../../../shared/core/issues.ts";
import { type Backend, BackendRefusal } from "../../../shared/core/ports/backend-port.ts";
import type { Observation } from "../../../shared/core/records/messages.ts";
import { isTerminal } from "../../../shared/core/records/status.ts";
import type { Clock } from "../../../shared/lib/clock.ts";
import { checkSignal } from "./port-rules.ts";

/**
 * Fault of one call. `unreachable`: the call is not processed. `lost`: it is processed, but its response is lost.
 * `twice`: it is processed twice. `broken`: it throws an unexpected error. `broke`: it is processed, then throws one.
 * `late`: it is processed, but its response is delayed until `until`. `throttled` and `refused`: it is rejected.
 */
type Fault =
  | { readonly kind: "unreachable" | "lost" | "twice" | "broken" | "broke" }
  | { readonly kind: "throttled"; readonly retryAfterSeconds?: number }
  | { readonly kind: "refused"; readonly code: string }
  | { readonly kind: "late"; readonly until: Promise<unknown> };

type Method = "submit" | "observe" | "cancel" | "logUrls" | "ready" | "forget";

interface BackendState {
  readonly submission_id: string;
  readonly reported: Omit<Observation, "observed_at">;
}

export interface MemoryBackend extends Backend {
  /** Names of jobs in the order in which they were started. */
  readonly started: readonly string[];
  /** Names of jobs in the order in which they were canceled. */
  readonly canceled: readonly string[];
  /** Number of calls of each method, including failed ones. */
  readonly calls: Readonly<Record<Method, number>>;
  /** Sets the faults of the next calls of a method, one each. */
  plan(method: Method, ...faults: (Fault | undefined)[]): void;
  /** Sets the fault of all further calls of a method. */
  always(method: Method, fault: Fault | undefined): void;
  /** Removes all faults. */
  clearFaults(): void;
  /** Sets the observation of a job. */
  say(name: string, reported: Partial<Omit<Observation, "observed_at">>): void;
  /** Removes a job, as if it was deleted in the backend. */
  drop(name: string): void;
  has(name: string): boolean;
}

export interface MemoryBackendOptions {
  readonly clock: Clock;
  readonly id?: string;
  /** "signed" for log URLs that expire after `urlMinutes`. */
  readonly logs?: "stored" | "signed";
  readonly urlMinutes?: number;
  readonly unsupported?: readonly Issue[];
}

/** A backend that runs nothing and returns the observations that a test sets. */
export function createMemoryBackend({
  clock,
  id = "memory",
  logs = "stored",
  urlMinutes = 60,
  unsupported = [],
}: MemoryBackendOptions): MemoryBackend {
  const jobs = new Map<string, BackendState>();
  const signed = new Map<string, number>();
  const started: string[] = [];
  const canceled: string[] = [];
  const calls: Record<Method, number> = { submit: 0, observe: 0, cancel: 0, logUrls: 0, ready: 0, forget: 0 };
  const plannedFaults = new Map<Method, (Fault | undefined)[]>();
  const permanentFaults = new Map<Method, Fault>();

  const call = async <T>(
    method: Method,
    options: { readonly signal?: AbortSignal } | undefined,
    work: () => T,
  ): Promise<T> => {
    checkSignal(options);
    calls[method] += 1;
    const plan = plannedFaults.get(method);
    return underFault(plan !== undefined && plan.length > 0 ? plan.shift() : permanentFaults.get(method), work);
  };
  const observed = (name: string, submission_id: string): Observation | undefined => {
    const job = jobs.get(name);
    return job === undefined || job.submission_id !== submission_id
      ? undefined
      : { ...structuredClone(job.reported), observed_at: clock.now().toISOString() };
  };
  const say = (name: string, reported: Partial<Omit<Observation, "observed_at">>): void => {
    const job = jobs.get(name);
    if (job === undefined) throw new Error(`The backend has no job ${name}.`);
    jobs.set(name, { ...job, reported: { ...job.reported, ...reported } });
  };
  const start = (name: string, submission_id: string): Observation => {
    const existing = jobs.get(name);
    if (existing !== undefined && existing.submission_id !== submission_id)
      throw new BackendRefusal("name_taken", `Another job has the name ${name}.`);
    if (existing === undefined) {
      started.push(name);
      jobs.set(name, { submission_id, reported: { status: "Queued", backend_id: `memory/${name}` } });
    }
    return observed(name, submission_id) as Observation;
  };
  const sign = (name: string) => {
    const expires = clock.now().getTime() + urlMinutes * 60_000;
    const url = (log: string) => `https://logs.memory.test/${name}/${log}?sig=${signed.size + 1}`;
    const urls = Object.fromEntries((jobs.get(name)?.reported.log_names ?? []).map((log) => [log, url(log)]));
    for (const value of Object.values(urls)) signed.set(value, expires);
    return { urls, expires_at: new Date(expires).toISOString(), refreshed_at: clock.now().toISOString() };
  };

  const backend: MemoryBackend = {
    id,
    logs,
    started,
    canceled,
    calls,
    plan: (method, ...faults) => void plannedFaults.set(method, [...(plannedFaults.get(method) ?? []), ...faults]),
    always: (method, fault) =>
      void (fault === undefined ? permanentFaults.delete(method) : permanentFaults.set(method, fault)),
    clearFaults: () => {
      plannedFaults.clear();
      permanentFaults.clear();
    },
    say,
    drop: (name) => void jobs.delete(name),
    has: (name) => jobs.has(name),
    unsupported: () => unsupported,
    submit: ({ name, submission_id }, options) => call("submit", options, () => start(name, submission_id)),
    observe: (refs, options) =>
      call("observe", options, () =>
        refs.map(({ name, submission_id }) => ({ name, observation: observed(name, submission_id) })),
      ),
    cancel: ({ name, submission_id }, options) =>
      call("cancel", options, () => {
        if (jobs.has(name) && jobs.get(name)?.submission_id !== submission_id) return;
        canceled.push(name);
        const job = jobs.get(name);
        if (job !== undefined && !isTerminal(job.reported.status)) say(name, { status: "Canceled" });
      }),
    purge: ({ name }, options) => call("forget", options, () => void jobs.delete(name)),
    ready: (options) => call("ready", options, () => undefined),
  };
  if (logs === "stored") return backend;
  return {
    ...backend,
    logUrls: ({ name, submission_id }, options) =>
      call("logUrls", options, () => (jobs.get(name)?.submission_id === submission_id ? sign(name) : undefined)),
    async readLog(url, _range, options) {
      checkSignal(options);
      const expires = signed.get(url);
      if (expires === undefined || expires <= clock.now().getTime()) return undefined;
      const bytes = Buffer.from(`log at ${new URL(url).pathname}\n`);
      const body = async function* () {
        yield bytes;
      };
      return { size: bytes.length, start: 0, length: bytes.length, etag: '"1"', body: body() };
    },
  };
}

async function underFault<T>(fault: Fault | undefined, work: () => T): Promise<T> {
  switch (fault?.kind) {
    case undefined:
      return work();
    case "unreachable":
      throw new ServiceError("unavailable", "The backend cannot be reached.");
    case "lost":
      work();
      throw new ServiceError("unavailable", "The response of the backend was lost.");
    case "twice":
      work();
      return work();
    case "broke":
      work();
      throw new Error("The backend failed after the call was processed.");
    case "broken":
      throw new Error("The backend broke.");
    case "throttled":
      throw new ServiceError(
        "throttled",
        "The backend is busy.",
        fault.retryAfterSeconds === undefined ? {} : { retryAfterSeconds: fault.retryAfterSeconds },
      );
    case "refused":
      throw new BackendRefusal(fault.code, `The backend refuses: ${fault.code}.`);
    case "late": {
      const response = work();
      await fault.until;
      return response;
    }
  }
}
