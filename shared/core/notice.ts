/** Notices: something is wrong that is not the job's own. What the job itself failed of is its `error`. */

/** Reasons of an outage, with a sentence that is safe to show to anybody: no host, tenant, id or text of the other side. */
export const outageReasons = {
  credential_missing: "The service has no credential that is accepted.",
  forbidden: "The service's identity is not allowed to do this.",
  throttled: "The other side limits the number of calls for a while.",
  dns: "The host name could not be resolved.",
  unreachable: "The other side does not answer, or answers with errors of its own.",
  storage_full: "There is no room left to write to.",
  storage_refused: "Storage refuses writes.",
} as const satisfies Readonly<Record<string, string>>;

/** Why a call to a backend or to storage could not be answered. */
export type OutageReason = keyof typeof outageReasons;

/** Every code of a notice, with its generic sentence. */
export const notices = {
  ...outageReasons,
  update_failed: "The newest status from the backend could not be stored, so the job may be out of date here.",
  other_backend: "The job belongs to another backend than the one that the service runs.",
} as const satisfies Readonly<Record<string, string>>;

export type NoticeCode = keyof typeof notices;

/** A notice of a job. It goes away with its cause. */
export interface Notice {
  readonly code: NoticeCode;
  readonly message: string;
  /** When a notice of this code began (RFC 3339, UTC). */
  readonly since: string;
}

export const noticeCodes: readonly NoticeCode[] = Object.keys(notices) as NoticeCode[];
