import { isServiceError, ServiceError } from "../../core/errors.ts";
import type { OpenJobs } from "../../core/ports/open-jobs.ts";
import type { CallOptions } from "../../core/ports/ports.ts";
import type { BundleStore, RecordStore } from "../../core/ports/storage-ports.ts";
import { outageReasons } from "../../core/records/notice.ts";
import type { JobRecord } from "../../core/records/record.ts";
import type { SubmittedBundle } from "../../core/records/submission.ts";
import type { Clock } from "../../lib/clock.ts";
import { newRow } from "../lifecycle/ensure-open-row.ts";

export interface CommitPorts {
  readonly records: RecordStore;
  readonly openJobs: OpenJobs;
  readonly bundles: BundleStore;
  readonly clock: Clock;
}

/** Time after which the poll retries a lost dispatch and healing repairs other effects of a crash. */
const firstCheckMs = 60_000;

/**
 * Stores the bundle, the openjobs row, then the record: the steps of `updateJob` for a job that does not exist yet.
 * Returns the stored record: this one, or an earlier one of that name.
 */
export async function commitJob(
  ports: CommitPorts,
  record: JobRecord,
  bundle: SubmittedBundle | undefined,
  options: CallOptions,
): Promise<JobRecord> {
  const { records, openJobs, clock } = ports;
  const { name, submission_id } = record;
  if (bundle !== undefined) await storeBundle(ports, bundle, options);
  const putMs = clock.now().getTime();
  const row = { ...newRow(record, new Date(putMs + firstCheckMs)), published_seq: 0 };
  await openJobs.put(row, options);
  try {
    await records.create(record, options);
    // No call takes this long, so the process was suspended, and healing may have deleted the row because it had no
    // record.
    if (clock.now().getTime() - putMs >= firstCheckMs) await openJobs.put(row, options).catch(() => undefined);
    return record;
  } catch (error) {
    if (!isServiceError(error, "conflict")) throw unknownOutcome(name, error);
    const found = await records.get(name, options).catch((cause: unknown) => {
      throw unknownOutcome(name, cause);
    });
    // The first attempt of a retried request created this record.
    if (found?.value.submission_id === submission_id) return record;
    if (found === undefined) throw unknownOutcome(name, error);
    await repairRow(openJobs, found.value, clock.now(), options);
    return found.value;
  }
}

async function storeBundle(
  { bundles }: CommitPorts,
  { sha256, zip }: SubmittedBundle,
  options: CallOptions,
): Promise<void> {
  if (zip !== undefined) return bundles.put(sha256, zip, options);
  if (!(await bundles.renew(sha256, options))) {
    throw new ServiceError(
      "bundle_not_found",
      "The bundle of the job is no longer stored. Submit the job with its files.",
    );
  }
}

/**
 * Repairs the openjobs row of another submission, which was stored under the name first and whose row this call
 * overwrote. Healing repairs everything else.
 */
async function repairRow(
  openJobs: OpenJobs,
  { name, submission_id }: JobRecord,
  now: Date,
  options: CallOptions,
): Promise<void> {
  const at = now.toISOString();
  await openJobs.merge(name, { submission_id, next_poll_at: at, heal_at: at }, options).catch(() => undefined);
}

function unknownOutcome(name: string, cause: unknown): ServiceError {
  const reason = isServiceError(cause) && cause.reason !== undefined ? ` (${outageReasons[cause.reason]})` : "";
  const message =
    `It is not known whether job ${name} was stored${reason}. ` +
    `Send it again with PUT /api/jobs/${name}; it will not run twice.`;
  return new ServiceError("unavailable", message, {
    cause,
    reason: isServiceError(cause) ? cause.reason : undefined,
    retryAfterSeconds: 5,
    extra: { name },
  });
}
