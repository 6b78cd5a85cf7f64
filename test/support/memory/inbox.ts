import type {
  Drop,
  InboxQueue,
  InboxStore,
  ReceiptStore,
  SweepMark,
  SweepMarks,
} from "../../../shared/core/ports/inbox-ports.ts";
import type { FoundMessage } from "../../../shared/core/records/inbox-message.ts";
import { type Receipt, readReceipt, receiptPath } from "../../../shared/core/records/receipt.ts";
import { systemClock } from "../../../shared/lib/clock.ts";
import { byText, checkSignal, conflict } from "./port-rules.ts";

export interface MemoryInbox extends InboxStore {
  /** Drops a file and returns its properties. */
  drop(path: string, content?: string | Uint8Array): Drop;
  remove(path: string): void;
  /** Paths of the files read so far. */
  readonly opened: readonly string[];
}

const pageSize = 3;

/** An inbox in memory. Its pages are small, so that listings have several. */
export function createMemoryInbox(clock = systemClock): MemoryInbox {
  const kept = new Map<string, { readonly drop: Drop; readonly bytes: Buffer }>();
  const opened: string[] = [];
  let writes = 0;
  return {
    opened,
    drop(path, content = "") {
      writes += 1;
      const bytes = Buffer.from(content as string);
      const seconds = Math.floor(clock.now().getTime() / 1000);
      const drop = {
        path,
        etag: `"0x${writes}"`,
        size: bytes.length,
        modified_at: new Date(seconds * 1000).toISOString(),
      };
      kept.set(path, { drop, bytes });
      return drop;
    },
    remove: (path) => void kept.delete(path),
    async find(path, options) {
      checkSignal(options);
      return kept.get(path)?.drop;
    },
    async open(path, etag, options) {
      checkSignal(options);
      const there = kept.get(path);
      if (there?.drop.etag !== etag) return undefined;
      const { bytes, drop } = there;
      const body = async function* () {
        opened.push(path);
        yield bytes;
      };
      return { ...drop, body: body() };
    },
    async page(continuation, options) {
      checkSignal(options);
      const [after = "", rest] = continuation === undefined ? [] : continuation.split("after:").reverse();
      if (continuation !== undefined && rest === undefined) throw new Error(`${continuation} is no continuation.`);
      const left = [...kept.values()].map(({ drop }) => drop).filter(({ path }) => path > after);
      const drops = left.sort((a, b) => byText(a.path, b.path)).slice(0, pageSize);
      return left.length > drops.length ? { drops, continuation: `after:${drops.at(-1)?.path}` } : { drops };
    },
  };
}

export interface MemoryReceipts extends ReceiptStore {
  /** Writes any text at the path of a receipt. */
  scribble(path: string, text: string): void;
  /** Paths of the receipts. */
  readonly places: () => readonly string[];
  /** Number of reads so far. */
  readonly reads: () => number;
}

/** Receipts in memory. */
export function createMemoryReceipts(): MemoryReceipts {
  const kept = new Map<string, { readonly text: string; readonly etag: string }>();
  let writes = 0;
  let reads = 0;
  const write = (place: string, text: string) => {
    writes += 1;
    kept.set(place, { text, etag: `"${writes}"` });
  };
  return {
    scribble: (path, text) => write(receiptPath(path), text),
    places: () => [...kept.keys()].sort(byText),
    reads: () => reads,
    async get(path, options) {
      checkSignal(options);
      reads += 1;
      const there = kept.get(receiptPath(path));
      return there && { receipt: readReceipt(there.text, path), etag: there.etag };
    },
    async put(receipt: Receipt, etag, options) {
      checkSignal(options);
      const place = receiptPath(receipt.path);
      if (kept.get(place)?.etag !== etag) throw conflict(`The receipt of ${receipt.path}`);
      write(place, JSON.stringify(receipt));
    },
  };
}

export interface MemoryInboxQueue extends InboxQueue {
  readonly enqueued: FoundMessage[];
  readonly poison: unknown[];
}

export function createMemoryInboxQueue(): MemoryInboxQueue {
  const enqueued: FoundMessage[] = [];
  const poison: unknown[] = [];
  return {
    enqueued,
    poison,
    async length(options) {
      checkSignal(options);
      return enqueued.length;
    },
    async enqueue(message, options) {
      checkSignal(options);
      enqueued.push(structuredClone(message));
    },
    async sendToPoison(message, options) {
      checkSignal(options);
      poison.push(structuredClone(message));
    },
  };
}

export function createMemorySweepMarks(): SweepMarks {
  let kept: SweepMark | undefined;
  return {
    async get(options) {
      checkSignal(options);
      return structuredClone(kept);
    },
    async put(mark, options) {
      checkSignal(options);
      kept = structuredClone(mark);
    },
  };
}
