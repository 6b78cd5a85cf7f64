/**
 * Ports: the interfaces through which operations use storage and backends. storage-ports.ts, open-jobs.ts, job-index.ts
 * and inbox-ports.ts have adapters in shared/storage, backend-port.ts in shared/backends. Tests have adapters in
 * memory.
 *
 * Rules for every port: a missing value is `undefined`. Creating something that exists, and a conditional write of
 * something that has changed, throw ServiceError `conflict`. An outage that the adapter recognizes (connection refused,
 * timeout, throttling, 5xx) throws ServiceError `unavailable` with the cause; any other error is thrown unchanged.
 * Every call ends within the time limit of its adapter, and sooner if `signal` is aborted.
 */
import type { TimelineEntry } from "../records/record.ts";

export interface CallOptions {
  readonly signal?: AbortSignal;
  /** W3C trace context of the caller. Added to messages; backends may forward it. */
  readonly traceparent?: string;
}

/** An identity, as in the Azure SDKs. */
export interface TokenCredential {
  getToken(
    scopes: string | string[],
    options?: object,
  ): Promise<{ readonly token: string; readonly expiresOnTimestamp: number } | null>;
}

/** A value with its ETag, for a conditional write. */
export interface Versioned<T> {
  readonly value: T;
  readonly etag: string;
}

/** The event of a timeline entry. `id` is `{name}:{submission_id}:{seq}`. */
export interface JobEvent extends TimelineEntry {
  readonly id: string;
  readonly name: string;
  readonly type: string;
  readonly owner: string;
  readonly experiment_name: string;
  readonly revision: number;
}

/** Publishes events. Idempotent. */
export interface EventSink {
  publish(events: readonly JobEvent[], options?: CallOptions): Promise<void>;
}
