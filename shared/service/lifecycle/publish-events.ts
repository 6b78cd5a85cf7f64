import type { CallOptions, EventSink, JobEvent } from "../../core/ports/ports.ts";
import type { JobRecord } from "../../core/records/record.ts";

/** Thrown when not every event of a job was published. */
export class EventsNotPublished extends Error {
  /** The newest timeline entry whose event was published. */
  readonly publishedSeq: number;
  constructor(name: string, publishedSeq: number, cause: unknown) {
    const reason = cause instanceof Error ? cause.message : "The event sink failed without a reason.";
    super(`The events of job ${name} could not be published: ${reason}`, { cause });
    this.publishedSeq = publishedSeq;
  }
}

/** Time limit for an event sink. Healing publishes the remaining events. */
const limitMs = 5000;
const batchSize = 100;

/**
 * Publishes the events of a record's timeline after `publishedSeq`, oldest first, and returns the newest published
 * `seq`. Ends within 5 seconds. An event whose publication is uncertain counts as unpublished and is published again.
 * @throws EventsNotPublished
 */
export async function publishEvents(
  events: EventSink,
  record: JobRecord,
  publishedSeq: number,
  options: CallOptions = {},
): Promise<number> {
  const pending = unpublished(record, publishedSeq);
  if (pending.length === 0) return publishedSeq;
  const limit = new AbortController();
  const onTimeout = () => limit.abort(new Error(`The event sink did not respond within ${limitMs} ms.`));
  const timer = setTimeout(onTimeout, limitMs);
  const signal = AbortSignal.any([limit.signal, ...(options.signal === undefined ? [] : [options.signal])]);
  const aborted = new Promise<never>((_, reject) =>
    signal.addEventListener("abort", () => reject(signal.reason), { once: true }),
  );
  let seq = publishedSeq;
  try {
    signal.throwIfAborted();
    for (let at = 0; at < pending.length; at += batchSize) {
      const batch = pending.slice(at, at + batchSize);
      await Promise.race([events.publish(batch, { ...options, signal }), aborted]);
      seq = batch.at(-1)?.seq ?? seq;
    }
    return seq;
  } catch (error) {
    throw new EventsNotPublished(record.name, seq, error);
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
