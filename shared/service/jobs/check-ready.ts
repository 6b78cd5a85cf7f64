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

/** Reasons of a check that fails, for anybody to read. */
const sentences = { ...outageReasons, not_usable: "It answers, and cannot be used as the service is set up." } as const;

interface Check {
  readonly status: "pass" | "fail";
  readonly duration_ms: number;
  readonly code?: OutageReason | "not_usable";
  /** Generic: no host, tenant, id or text of the other side. */
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
  /** What failed, for the log. */
  readonly failures: readonly { readonly check: Checked; readonly error: unknown }[];
}

const keepMs = 5000;
/** An identity without a token may take so long to find that out. */
const longestMs = 20_000;

/**
 * Asks storage, which also has to write, and the backend, two seconds each at the most. An answer serves for five seconds, so
 * that nobody can use it to make load. A call that takes longer goes on, and its outcome is the reason of the next answer.
 */
export function createReadyCheck(ports: ReadyPorts, capMs = 2000): () => Promise<ReadyReport> {
  const { records, openJobs, queues, probe, backend, clock } = ports;
  // A name that no job can have: nothing is found, but storage has answered.
  const reads = (options: CallOptions) =>
    Promise.all([records.get("-", options), openJobs.get("-", options), queues.ready(options)]);
  const storage = createCheck(
    clock,
    capMs,
    async (options) => void (await Promise.all([reads(options), probe.write(options)])),
  );
  const reached = createCheck(clock, capMs, (options) => backend.ready(options));
  async function check(): Promise<ReadyReport> {
    const [of, there] = await Promise.all([storage(), reached()]);
    const status = of.check.status === "pass" && there.check.status === "pass" ? "pass" : "fail";
    const failures = [
      { check: "storage" as const, error: of.error },
      { check: "backend" as const, error: there.error },
    ].filter(({ error }) => error !== undefined);
    return {
      readiness: { status, checks: { storage: of.check, backend: there.check }, checked_at: clock.now().toISOString() },
      failures,
    };
  }
  let last: { readonly at: number; readonly answer: Promise<ReadyReport> } | undefined;
  return () => {
    const now = clock.now().getTime();
    // A clock that was set back must not keep an answer for ever.
    if (last === undefined || Math.abs(now - last.at) >= keepMs) last = { at: now, answer: check() };
    return last.answer;
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
    const asked = ask({ signal: AbortSignal.timeout(longestMs) }).then(
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
    const error = lastError ?? new Error(`There is no answer within ${capMs} ms.`);
    const code = codeOf(error, isOver);
    return { check: { status: "fail", duration_ms, code, message: sentences[code] }, error };
  };
}

/** Real time: a clock that was changed must not make an answer late. */
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
