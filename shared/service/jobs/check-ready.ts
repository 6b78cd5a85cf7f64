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

/** Messages of failed checks, without details, because the endpoint is unauthenticated. */
const failureMessages = {
  ...outageReasons,
  not_usable: "It responds, but requests fail with the current settings of the service.",
} as const;

interface Check {
  readonly status: "pass" | "fail";
  readonly duration_ms: number;
  readonly code?: OutageReason | "not_usable";
  /** Generic: no host, tenant, id or text of the remote service. */
  readonly message?: string;
}

const checkNames = ["storage", "backend"] as const;
type CheckName = (typeof checkNames)[number];

export interface Readiness {
  readonly status: "pass" | "fail";
  readonly checks: Readonly<Record<CheckName, Check>>;
  readonly checked_at: string;
}

export interface ReadyReport {
  readonly readiness: Readiness;
  /** Failed checks, for the log. */
  readonly failures: readonly { readonly check: CheckName; readonly error: unknown }[];
}

const cacheMs = 5000;
/** Longest time until an identity reports that it cannot get a token. */
const maxCallMs = 20_000;

/**
 * Checks storage, with a test write, and the backend, for at most two seconds each. A result is cached for five
 * seconds, so that callers cannot cause load. A call that takes longer continues, and its result is part of the next
 * report.
 */
export function createReadyCheck(ports: ReadyPorts, timeoutMs = 2000): () => Promise<ReadyReport> {
  const { records, openJobs, queues, probe, backend, clock } = ports;
  // No job can have this name, so "not found" proves that storage responds.
  const reads = (options: CallOptions) =>
    Promise.all([records.get("-", options), openJobs.get("-", options), queues.ready(options)]);
  const checkStorage = createCheck(
    clock,
    timeoutMs,
    async (options) => void (await Promise.all([reads(options), probe.write(options)])),
  );
  const checkBackend = createCheck(clock, timeoutMs, (options) => backend.ready(options));
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
  timeoutMs: number,
  call: (options: CallOptions) => Promise<unknown>,
): () => Promise<Outcome> {
  let pendingCall: Promise<unknown> | undefined;
  let lastError: unknown;
  const start = (): Promise<unknown> => {
    const startedCall = call({ signal: AbortSignal.timeout(maxCallMs) }).then(
      () => {
        lastError = undefined;
      },
      (error: unknown) => {
        lastError = error ?? new Error("No reason.");
      },
    );
    return startedCall.finally(() => {
      pendingCall = undefined;
    });
  };
  return async () => {
    const started = clock.now().getTime();
    pendingCall ??= start();
    const isSettled = await settlesWithin(pendingCall, timeoutMs);
    const duration_ms = clock.now().getTime() - started;
    if (isSettled && lastError === undefined) return { check: { status: "pass", duration_ms } };
    const error = lastError ?? new Error(`No response within ${timeoutMs} ms.`);
    const code = codeOf(error, isSettled);
    return { check: { status: "fail", duration_ms, code, message: failureMessages[code] }, error };
  };
}

/** True if the call settles within `ms`. Uses a timer instead of the clock, which may be set back during the call. */
async function settlesWithin(pendingCall: Promise<unknown>, ms: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), ms);
  });
  const isSettled = await Promise.race([pendingCall.then(() => true), limit]);
  clearTimeout(timer);
  return isSettled;
}

function codeOf(error: unknown, isSettled: boolean): keyof typeof failureMessages {
  if (isOutage(error)) return reasonOf(error);
  return isSettled || isServiceError(error) ? "not_usable" : "unreachable";
}
