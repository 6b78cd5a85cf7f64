/** Notices: problems that are not the job's own. The reason of a failed job is its `error`. */

/**
 * Reasons of an outage, each with a sentence for any caller: without host, tenant, id or text of the remote service.
 */
export const outageReasons = {
  credential_missing: "The service has no credential, or one that is not accepted.",
  forbidden: "The service's identity lacks a permission.",
  throttled: "The number of calls is limited for a while.",
  dns: "A host name cannot be resolved.",
  unreachable: "There is no answer, or only an internal error.",
  workspace_missing: "The workspace does not exist.",
  storage_full: "There is no space left to write to.",
  storage_refused: "Storage answers with an error of its own.",
} as const satisfies Readonly<Record<string, string>>;

/** The reason why a backend or storage did not answer a call. */
export type OutageReason = keyof typeof outageReasons;

/** Every code of a notice, with its generic sentence. */
export const notices = {
  ...outageReasons,
  status_unreadable: "The answer of the backend about the job cannot be read.",
  dispatch_failing: "The job could not be submitted to the backend. The service retries.",
  cancel_not_sent: "The cancel did not reach the backend. The service sends it again.",
  edit_not_sent: "The last edit did not reach the backend. The service sends it again.",
  update_failed:
    "The newest status from the backend could not be stored, so the job may be out of date here. The service retries.",
  log_incomplete: "A part of the log could not be stored, and is only on the machine that ran the job.",
  other_backend: "The job belongs to another backend than the one that the service runs.",
} as const satisfies Readonly<Record<string, string>>;

export type NoticeCode = keyof typeof notices;

export interface NoticeText {
  readonly code: NoticeCode;
  readonly message: string;
}

/** A notice of a job. It is removed when its cause is over. */
export interface Notice extends NoticeText {
  /** Start of the notice with this code (RFC 3339, UTC). */
  readonly since: string;
}

export const noticeCodes: readonly NoticeCode[] = Object.keys(notices) as NoticeCode[];
