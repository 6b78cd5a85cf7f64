import { isServiceError } from "../../core/errors.ts";
import type { Backend } from "../../core/ports/backend-port.ts";
import type { OpenJobs } from "../../core/ports/open-jobs.ts";
import { isOutage, reasonOf } from "../../core/ports/outage.ts";
import type { CallOptions } from "../../core/ports/ports.ts";
import type { Queues, RecordStore, StorageProbe } from "../../core/ports/storage-ports.ts";
import { type OutageReason, outageReasons } from "../../core/records/notice.ts";
import type { Clock } from "../../lib/clock.ts";

export interface ReadyPorts {
  readonly records: RecordStore;
  readonly openJobs: OpenJobs;
  readonly queues: Queues;
  readonly probe: StorageProbe;
  readonly backend: Backend;
  readonly clock: Clock;
}

/** Reasons of a failed check, without details: every caller can read them. */
const sentences = {
  ...outageReasons,
  not_usable: "It answers, but the service cannot use it with its current settings.",
} as const;

interface Check {
  readonly status: "pass" | "fail";
  readonly duration_ms: number;
  readonly code?: OutageReason | "not_usable";
  /** Generic: no host, tenant, id or text of the remote service. */
  readonly message?: string;
}

const checked = ["storage", "backend"] as const;
type Checked = (typeof checked)[number];

export interface Readiness {
  readonly status: "pass" | "fail";
  readonly checks: Readonly<Record<Checked, Check>>;
  readonly checked_at: string;
}

export interface ReadyReport {
  readonly readiness: Readiness;
  /** Failed checks, for the log. */
  readonly failures: readonly { readonly check: Checked; readonly error: unknown }[];
}

const cacheMs = 5000;
/** An identity may take this long to report that it cannot get a token. */
const maxCallMs = 20_000;

/**
 * Checks storage, with a test write, and the backend, for at most two seconds each. A result is cached for five
 * seconds, so that callers cannot cause load. A call that takes longer continues, and its result is part of the next
 * report.
 */
export function createReadyCheck(ports: ReadyPorts, capMs = 2000): () => Promise<ReadyReport> {
  const { records, openJobs, queues, probe, backend, clock } = ports;
  // No job can have this name: the answer is "not found", which shows that storage answers.
  const reads = (options: CallOptions) =>
    Promise.all([records.get("-", options), openJobs.get("-", options), queues.ready(options)]);
  const checkStorage = createCheck(
    clock,
    capMs,
    async (options) => void (await Promise.all([reads(options), probe.write(options)])),
  );
  const checkBackend = createCheck(clock, capMs, (options) => backend.ready(options));
  async function check(): Promise<ReadyReport> {
    const [storage, backendOutcome] = await Promise.all([checkStorage(), checkBackend()]);
    const status = storage.check.status === "pass" && backendOutcome.check.status === "pass" ? "pass" : "fail";
    const failures = [
      { check: "storage" as const, error: storage.error },
      { check: "backend" as const, error: backendOutcome.error },
    ].filter(({ error }) => error !== undefined);
    return {
      readiness: {
        status,
        checks: { storage: storage.check, backend: backendOutcome.check },
        checked_at: clock.now().toISOString(),
      },
      failures,
    };
  }
  let last: { readonly at: number; readonly report: Promise<ReadyReport> } | undefined;
  return () => {
    const now = clock.now().getTime();
    // If the clock was set back, the report must not be cached for longer.
    if (last === undefined || Math.abs(now - last.at) >= cacheMs) last = { at: now, report: check() };
    return last.report;
  };
}

interface Outcome {
  readonly check: Check;
  readonly error?: unknown;
}

function createCheck(
  clock: Clock,
  capMs: number,
  ask: (options: CallOptions) => Promise<unknown>,
): () => Promise<Outcome> {
  let asking: Promise<unknown> | undefined;
  let lastError: unknown;
  const start = (): Promise<unknown> => {
    const asked = ask({ signal: AbortSignal.timeout(maxCallMs) }).then(
      () => {
        lastError = undefined;
      },
      (error: unknown) => {
        lastError = error ?? new Error("No reason.");
      },
    );
    return asked.finally(() => {
      asking = undefined;
    });
  };
  return async () => {
    const started = clock.now().getTime();
    asking ??= start();
    const isOver = await isOverWithin(asking, capMs);
    const duration_ms = clock.now().getTime() - started;
    if (isOver && lastError === undefined) return { check: { status: "pass", duration_ms } };
    const error = lastError ?? new Error(`No answer within ${capMs} ms.`);
    const code = codeOf(error, isOver);
    return { check: { status: "fail", duration_ms, code, message: sentences[code] }, error };
  };
}

/** In real time, so that a change of the clock does not delay the report. */
async function isOverWithin(asking: Promise<unknown>, ms: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), ms);
  });
  const isOver = await Promise.race([asking.then(() => true), limit]);
  clearTimeout(timer);
  return isOver;
}

function codeOf(error: unknown, isOver: boolean): keyof typeof sentences {
  if (isOutage(error)) return reasonOf(error);
  return isOver || isServiceError(error) ? "not_usable" : "unreachable";
}
