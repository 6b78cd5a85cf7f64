import type {
  Drop,
  DropPage,
  InboxQueue,
  InboxStore,
  ReceiptStore,
  SweepMark,
  SweepMarks,
} from "../../core/ports/inbox-ports.ts";
import type { CallOptions } from "../../core/ports/ports.ts";
import { inboxFileKind, isFilled } from "../../core/records/inbox-file.ts";
import type { Clock } from "../../lib/clock.ts";
import { isAheadOfClock } from "../../lib/clock-jumps.ts";
import { defined } from "../../lib/defined.ts";
import { startStopwatch } from "../../lib/stopwatch.ts";

export interface SweepInboxPorts {
  readonly inbox: InboxStore;
  readonly receipts: ReceiptStore;
  readonly inboxQueue: InboxQueue;
  readonly sweepMarks: SweepMarks;
  readonly clock: Clock;
}

export interface SweepInboxReport {
  /** Files whose receipts were read. */
  readonly checked: number;
  /** Files without a receipt, for which a message was enqueued. */
  readonly enqueued: number;
  /** False if the run reached its time limit: the next run continues. */
  readonly complete: boolean;
  /** True if nothing was done because the queue is too long. */
  readonly postponed?: true;
}

/** Newer files are skipped, because their event may still arrive. */
const gracePeriodMs = 2 * 60_000;
/** Allows for a difference between the clocks of storage and of this machine. */
const skewMs = 5 * 60_000;
const softDeadlineMs = 20_000;
const concurrency = 16;
/** With a longer queue the run is postponed, because the sweep would enqueue files again that are still queued. */
const maxQueueLength = 100;

/**
 * Enqueues the files without a receipt: events can be lost, and files older than the subscription have no event. A pass
 * lists the inbox once and may take several runs. It reads the receipts of the files that were dropped since the
 * previous pass or had no receipt then. A file that is enqueued twice gets one receipt.
 */
export async function sweepInbox(ports: SweepInboxPorts, options: CallOptions = {}): Promise<SweepInboxReport> {
  const { inbox, inboxQueue, sweepMarks, clock } = ports;
  if ((await inboxQueue.length(options)) > maxQueueLength)
    return { checked: 0, enqueued: 0, complete: false, postponed: true };
  const now = clock.now();
  const elapsedMs = startStopwatch(clock);
  const { since, pass } = validMark(await sweepMarks.get(options), now);
  const began_at = pass?.began_at ?? now.toISOString();
  let { oldest, continuation }: Partial<NonNullable<SweepMark["pass"]>> = pass ?? {};
  let [checked, enqueued] = [0, 0];
  do {
    const page: DropPage = await inbox.page(continuation, options).catch(async (error: unknown) => {
      // Storage may have rejected an expired continuation, so the next run starts a new pass.
      if (pass !== undefined) await sweepMarks.put(defined({ since }), options);
      throw error;
    });
    const due = page.drops.filter((drop) => isDue(drop, now, since));
    const withoutReceipt = await enqueueWithoutReceipt(ports, due, options);
    checked += due.length;
    enqueued += withoutReceipt.length;
    oldest = oldestOf(oldest, withoutReceipt);
    continuation = page.continuation;
  } while (continuation !== undefined && elapsedMs() < softDeadlineMs);
  await sweepMarks.put(nextMark({ since, began_at, oldest, continuation }), options);
  return { checked, enqueued, complete: continuation === undefined };
}

/** The mark, or an empty one if it was written before the clock was set back: it would exclude newly dropped files. */
function validMark(mark: SweepMark | undefined, now: Date): SweepMark {
  if (mark === undefined) return {};
  const { since, pass } = mark;
  // A completed pass stores a `since` at least this much earlier than its start.
  const beganAt = pass?.began_at ?? (since === undefined ? undefined : Date.parse(since) + gracePeriodMs + skewMs);
  return beganAt !== undefined && isAheadOfClock(beganAt, now) ? {} : mark;
}

/** True for a file to check: a job, zip or cancel, past its grace period, and not checked by an earlier pass. */
function isDue({ path, size, modified_at }: Drop, now: Date, since: string | undefined): boolean {
  const kind = inboxFileKind(path);
  if (kind === undefined || !isFilled(kind, size)) return false;
  const modifiedMs = Date.parse(modified_at);
  const isSettled = modifiedMs <= now.getTime() - gracePeriodMs;
  // A time in the future is from before the clock was set back.
  const isFuture = modifiedMs > now.getTime() + skewMs;
  return (isSettled || isFuture) && (since === undefined || modifiedMs >= Date.parse(since));
}

function oldestOf(oldest: string | undefined, drops: readonly Drop[]): string | undefined {
  return drops.reduce<string | undefined>(
    (earliest, { modified_at }) => (earliest === undefined || modified_at < earliest ? modified_at : earliest),
    oldest,
  );
}

interface Progress {
  readonly since: string | undefined;
  readonly began_at: string;
  readonly oldest: string | undefined;
  readonly continuation: string | undefined;
}

/** After a complete pass, the next pass starts with the files that were too new and the files without a receipt. */
function nextMark({ since, began_at, oldest, continuation }: Progress): SweepMark {
  if (continuation !== undefined)
    return { ...defined({ since }), pass: { began_at, continuation, ...defined({ oldest }) } };
  const next = new Date(Date.parse(began_at) - gracePeriodMs - skewMs).toISOString();
  return { since: oldest !== undefined && oldest < next ? oldest : next };
}

/** Enqueues the files without a receipt, and returns them. */
async function enqueueWithoutReceipt(
  { receipts, inboxQueue }: SweepInboxPorts,
  drops: readonly Drop[],
  options: CallOptions,
): Promise<readonly Drop[]> {
  const withoutReceipt: Drop[] = [];
  for (let at = 0; at < drops.length; at += concurrency) {
    const batch = drops.slice(at, at + concurrency);
    await Promise.all(
      batch.map(async (drop) => {
        const { path, etag } = drop;
        if ((await receipts.get(path, options))?.receipt?.etag === etag) return;
        await inboxQueue.enqueue({ schema_version: 1, kind: "found", path, etag }, options);
        withoutReceipt.push(drop);
      }),
    );
  }
  return withoutReceipt;
}
