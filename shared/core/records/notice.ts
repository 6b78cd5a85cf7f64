/**
 * Notices: problems of the service, storage or backend that affect a job. The reason of a failed job is its `error`.
 */

/**
 * Reasons of an outage, each with a message for all callers: without host, tenant, id or text of the remote service.
 */
export const outageReasons = {
  credential_missing: "The service has no credential, or one that is not accepted.",
  forbidden: "The service's identity lacks a permission.",
  throttled: "Calls are throttled.",
  dns: "A host name cannot be resolved.",
  unreachable: "There is no response, or only an internal error.",
  workspace_missing: "The workspace does not exist.",
  storage_full: "The disk of storage is full.",
  storage_refused: "Storage returns an internal error.",
} as const satisfies Readonly<Record<string, string>>;

/** Reason of an outage of the backend or storage. */
export type OutageReason = keyof typeof outageReasons;

/** Every code of a notice, with its generic message. */
export const notices = {
  ...outageReasons,
  status_unreadable: "The job's status from the backend cannot be read.",
  dispatch_failing: "The job could not be submitted to the backend. The service retries.",
  cancel_not_sent: "The cancel did not reach the backend. The service sends it again.",
  edit_not_sent: "The last edit did not reach the backend. The service sends it again.",
  update_failed:
    "The newest status from the backend could not be stored, so the status shown here may be outdated. " +
    "The service retries.",
  log_incomplete: "A part of the log could not be stored, and is only on the machine that ran the job.",
  other_backend: "The job belongs to a backend that the service does not run.",
} as const satisfies Readonly<Record<string, string>>;

export type NoticeCode = keyof typeof notices;

export interface NoticeText {
  readonly code: NoticeCode;
  readonly message: string;
}

/** A notice of a job. It is removed when its cause is resolved. */
export interface Notice extends NoticeText {
  /** Start of the notice with this code (RFC 3339, UTC). */
  readonly since: string;
}

export const noticeCodes: readonly NoticeCode[] = Object.keys(notices) as NoticeCode[];
