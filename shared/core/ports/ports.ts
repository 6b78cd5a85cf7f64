/**
 * What the operations need from outside. Each kind of port has a file: storage-ports.ts, open-jobs.ts, job-index.ts and
 * inbox-ports.ts, whose adapters are in shared/storage; backend-port.ts, with those in shared/backends. Tests have memory ones.
 *
 * Rules for every port: "not there" is `undefined`; a create that finds something, and a conditional write that finds
 * something else, throw ServiceError `conflict`; an outage goes up as it came, except that an adapter that knows it to be
 * one (refused, timed out, throttled, 5xx) throws ServiceError `unavailable` with the cause. Every call ends by itself
 * within its adapter's time limit, and sooner when `signal` is aborted.
 */
import type { TimelineEntry } from "../records/record.ts";

export interface CallOptions {
  readonly signal?: AbortSignal;
  /** W3C trace context of whoever asks; messages carry it on, and backends may. */
  readonly traceparent?: string;
}

/** An identity in the Azure SDKs' terms. */
export interface TokenCredential {
  getToken(
    scopes: string | string[],
    options?: object,
  ): Promise<{ readonly token: string; readonly expiresOnTimestamp: number } | null>;
}

/** A value with the ETag to condition the next write on. */
export interface Versioned<T> {
  readonly value: T;
  readonly etag: string;
}

/** A transition of a job, as services see it. `id` is `{name}:{submission_id}:{seq}`. */
export interface JobEvent extends TimelineEntry {
  readonly id: string;
  readonly name: string;
  readonly type: string;
  readonly owner: string;
  readonly experiment_name: string;
  readonly revision: number;
}

/** Where transitions are published; publishing one again changes nothing. */
export interface EventSink {
  publish(events: readonly JobEvent[], options?: CallOptions): Promise<void>;
}
