import { ServiceError } from "../../core/errors.ts";
import type { JobRecord } from "../../core/records/record.ts";

export interface ExpectedRevisions {
  /** Revisions that the caller has seen (If-Match); without it any will do. */
  readonly expected?: readonly number[] | undefined;
}

/** @throws ServiceError `precondition_failed` when the record is at another revision than the caller has seen. */
export function checkRevision({ name, revision }: JobRecord, expected: readonly number[] | undefined): void {
  if (expected === undefined || expected.includes(revision)) return;
  throw new ServiceError(
    "precondition_failed",
    `Job ${name} is at revision ${revision}; the If-Match header names another. Read it again.`,
  );
}
