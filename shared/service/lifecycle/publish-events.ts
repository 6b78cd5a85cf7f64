import type { CallOptions, EventSink, JobEvent } from "../../core/ports/ports.ts";
import type { JobRecord } from "../../core/records/record.ts";

/** How far the events of a job are out, and why they are not all out. */
export interface Published {
  readonly seq: number;
  readonly failure?: unknown;
}

/** So long a sink may hold up whoever has something to publish; the rest is left to healing. */
const limitMs = 5000;
const batchSize = 100;

/**
 * Publishes the events of a record's timeline after `publishedSeq`, oldest first. Never throws, and ends within 5 seconds
 * whatever the sink does: what is not surely out counts as not out, and comes again.
 */
export async function publishEvents(
  events: EventSink,
  record: JobRecord,
  publishedSeq: number,
  options: CallOptions = {},
): Promise<Published> {
  const pending = unpublished(record, publishedSeq);
  if (pending.length === 0) return { seq: publishedSeq };
  const limit = new AbortController();
  const timer = setTimeout(
    () => limit.abort(new Error(`The event sink did not answer within ${limitMs} ms.`)),
    limitMs,
  );
  const signal = AbortSignal.any([limit.signal, ...(options.signal === undefined ? [] : [options.signal])]);
  const gaveUp = new Promise<never>((_, reject) =>
    signal.addEventListener("abort", () => reject(signal.reason), { once: true }),
  );
  let seq = publishedSeq;
  try {
    signal.throwIfAborted();
    for (let at = 0; at < pending.length; at += batchSize) {
      const batch = pending.slice(at, at + batchSize);
      await Promise.race([events.publish(batch, { ...options, signal }), gaveUp]);
      seq = batch.at(-1)?.seq ?? seq;
    }
    return { seq };
  } catch (error) {
    return { seq, failure: error ?? new Error("The event sink failed without a reason.") };
  } finally {
    clearTimeout(timer);
  }
}

function unpublished(record: JobRecord, publishedSeq: number): readonly JobEvent[] {
  const { name, type, owner, experiment_name, revision } = record;
  return record.timeline
    .filter((entry) => entry.seq > publishedSeq)
    .map((entry) => ({
      ...entry,
      id: `${name}:${record.submission_id}:${entry.seq}`,
      name,
      type,
      owner,
      experiment_name,
      revision,
    }));
}
