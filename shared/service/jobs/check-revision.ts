import { ServiceError } from "../../core/errors.ts";
import type { JobRecord } from "../../core/records/record.ts";

export interface ExpectedRevisions {
  /** Revisions that the caller accepts (If-Match); any if undefined. */
  readonly expected?: readonly number[] | undefined;
}

/** @throws ServiceError `precondition_failed` if the record is at another revision. */
export function checkRevision({ name, revision }: JobRecord, expected: readonly number[] | undefined): void {
  if (expected === undefined || expected.includes(revision)) return;
  throw new ServiceError(
    "precondition_failed",
    `Job ${name} is at revision ${revision}; the If-Match header has another revision. ` +
      "Read the job again and use its current ETag.",
  );
}
