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
import { inboxFileKind, isFilled } from "../../core/records/inbox-message.ts";
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
  /** Files whose receipts were looked for. */
  readonly checked: number;
  readonly announced: number;
  /** False when the time was up: the next run goes on. */
  readonly complete: boolean;
  /** True when nothing was done, because messages enough wait. */
  readonly postponed?: true;
}

/** A file is left to its event for so long. */
const graceMs = 2 * 60_000;
/** Clocks of storage and of this machine may differ by this. */
const skewMs = 5 * 60_000;
const softDeadlineMs = 20_000;
const atOnce = 16;
/** Files whose messages still wait would be announced again, and make a queue that is behind longer. */
const mostWaiting = 100;

/**
 * Announces the files that have no receipt: events are lost now and then, and none comes for what lay there before. A pass
 * lists the inbox once and looks for the receipts of what was dropped since the one before, or is still without one; it may
 * take several runs. What is announced twice is answered once.
 */
export async function sweepInbox(ports: SweepInboxPorts, options: CallOptions = {}): Promise<SweepInboxReport> {
  const { inbox, inboxQueue, sweepMarks, clock } = ports;
  if ((await inboxQueue.length(options)) > mostWaiting)
    return { checked: 0, announced: 0, complete: false, postponed: true };
  const now = clock.now();
  const started = now.getTime();
  const elapsedMs = startStopwatch(clock);
  const { since, pass } = unlessFromBefore(await sweepMarks.get(options), now);
  const began_at = pass?.began_at ?? now.toISOString();
  const isDue = ({ path, size, modified_at }: Drop): boolean => {
    const at = Date.parse(modified_at);
    const kind = inboxFileKind(path);
    return (
      kind !== undefined &&
      isFilled(kind, size) &&
      (at <= started - graceMs || at > started + skewMs) &&
      (since === undefined || at >= Date.parse(since))
    );
  };
  let oldest = pass?.oldest;
  let continuation = pass?.continuation;
  let looked = 0;
  let announced = 0;
  do {
    const page: DropPage = await inbox.page(continuation, options).catch(async (error: unknown) => {
      // Storage no longer knows where the pass was; the next run begins a new one.
      if (pass !== undefined) await sweepMarks.put(since === undefined ? {} : { since }, options);
      throw error;
    });
    const due = page.drops.filter(isDue);
    const unanswered = await announceUnanswered(ports, due, options);
    looked += due.length;
    announced += unanswered.length;
    for (const { modified_at } of unanswered)
      oldest = oldest === undefined || modified_at < oldest ? modified_at : oldest;
    continuation = page.continuation;
  } while (continuation !== undefined && elapsedMs() < softDeadlineMs);
  await sweepMarks.put(markOf({ since, began_at, oldest, continuation }), options);
  return { checked: looked, announced, complete: continuation === undefined };
}

/** A mark that was made before the clock was set back would hide what is dropped from now on: the next pass looks at everything. */
function unlessFromBefore(mark: SweepMark | undefined, now: Date): SweepMark {
  if (mark === undefined) return {};
  const { since, pass } = mark;
  // The pass that left the mark began so much later, at least.
  const began = pass?.began_at ?? (since === undefined ? undefined : Date.parse(since) + graceMs + skewMs);
  return began !== undefined && isAheadOfClock(began, now) ? {} : mark;
}

interface Progress {
  readonly since: string | undefined;
  readonly began_at: string;
  readonly oldest: string | undefined;
  readonly continuation: string | undefined;
}

/** The next pass looks at what this one was too early for, and again at all that it found without an answer. */
function markOf({ since, began_at, oldest, continuation }: Progress): SweepMark {
  if (continuation !== undefined) {
    return {
      ...defined({ since }),
      pass: { began_at, continuation, ...defined({ oldest }) },
    };
  }
  const next = new Date(Date.parse(began_at) - graceMs - skewMs).toISOString();
  return { since: oldest !== undefined && oldest < next ? oldest : next };
}

async function announceUnanswered(
  { receipts, inboxQueue }: SweepInboxPorts,
  drops: readonly Drop[],
  options: CallOptions,
): Promise<readonly Drop[]> {
  const unanswered: Drop[] = [];
  for (let at = 0; at < drops.length; at += atOnce) {
    const some = drops.slice(at, at + atOnce);
    await Promise.all(
      some.map(async (drop) => {
        const { path, etag } = drop;
        if ((await receipts.get(path, options))?.receipt?.etag === etag) return;
        await inboxQueue.enqueue({ schema_version: 1, kind: "found", path, etag }, options);
        unanswered.push(drop);
      }),
    );
  }
  return unanswered;
}
