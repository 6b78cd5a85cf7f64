import { randomUUID } from "node:crypto";
import { isServiceError, ServiceError } from "../../core/errors.ts";
import type { Job } from "../../core/job/job.ts";
import type { Backend } from "../../core/ports/backend-port.ts";
import type { JobIndex } from "../../core/ports/job-index.ts";
import type { OpenJob, OpenJobs } from "../../core/ports/open-jobs.ts";
import type { CallOptions } from "../../core/ports/ports.ts";
import type { BundleStore, DumpStore, Queues, RecordStore } from "../../core/ports/storage-ports.ts";
import { indexEntry } from "../../core/records/index-entry.ts";
import type { JobReader } from "../../core/records/job-reader.ts";
import { generateName } from "../../core/records/names.ts";
import { outageReasons } from "../../core/records/notice.ts";
import { phaseOf } from "../../core/records/phases.ts";
import type { JobRecord } from "../../core/records/record.ts";
import type { Submission, Submitted, SubmittedBundle } from "../../core/records/submission.ts";
import { sha256 } from "../../core/text/digest.ts";
import type { Clock } from "../../lib/clock.ts";
import { defined } from "../../lib/defined.ts";
import { checkJob, notSubmittable } from "./check-job.ts";
import { jobExistsError } from "./job-exists-error.ts";
import type { SubmissionQuota } from "./submission-quota.ts";

export interface SubmitPorts {
  readonly records: RecordStore;
  readonly openJobs: OpenJobs;
  readonly dumps: DumpStore;
  readonly bundles: BundleStore;
  readonly index: JobIndex;
  readonly queues: Queues;
  readonly backend: Backend;
  readonly clock: Clock;
  readonly jobReader: JobReader;
  /** Where there is one, new jobs count; what is dropped into the inbox waits for its turn anyway. */
  readonly quota?: SubmissionQuota;
}

/**
 * Takes a job in, once: the record that is created is the commit point, and what fails after it is healed. The same
 * submission again, by name or by idempotency key, finds the job that is there.
 * @throws ServiceError as `checkJob`, and `unsupported_by_backend`, `job_exists`, `name_taken`, `idempotency_mismatch`, `bundle_not_found`, `quota_exceeded`,
 * `precondition_failed`, `unavailable` (with `name` when the job may have been committed).
 */
export async function submitJob(
  ports: SubmitPorts,
  submission: Submission,
  options: CallOptions = {},
): Promise<Submitted> {
  const { job, warnings, submittable } = checkJob(ports, submission);
  if (!submittable) throw notSubmittable(ports.backend, warnings);
  const record = newRecord(ports, submission, job);
  const byKey = job.name === undefined && submission.idempotencyKey !== undefined;
  // Only a name that somebody chose can be taken, so one made at random is not looked up first.
  const earlier = job.name !== undefined || byKey ? await ports.records.get(record.name, options) : undefined;
  if (earlier === undefined) {
    submission.condition?.(undefined);
    if (submission.door !== "inbox") await ports.quota?.admit(submission.owner, options);
  }
  const there = earlier?.value ?? (await commit(ports, record, submission.bundle, options));
  if (there !== record) {
    const found = replay(ports.jobReader, there, record, byKey);
    submission.condition?.(found.revision);
    return { record: found, warnings, created: false };
  }
  await follow(ports, record, options);
  return { record, warnings, created: true };
}

function newRecord({ backend, clock, jobReader }: SubmitPorts, submission: Submission, job: Job): JobRecord {
  const at = clock.now().toISOString();
  const { owner, door, createdBy, idempotencyKey, bundle } = submission;
  const name = job.name ?? generateName(idempotencyKey === undefined ? undefined : `${owner}\n${idempotencyKey}`);
  const experiment_name = job.experiment_name ?? "Default";
  const submitted = job.withFields({ name, experiment_name });
  const dump = submitted.toYaml();
  const record: JobRecord = {
    schema_version: 2,
    name,
    type: job.type,
    submission_id: randomUUID(),
    // With its name in it: who retries with PUT, under the name that an answer gave, sends the same submission.
    fingerprint: `v1:${sha256([owner, ...(bundle === undefined ? [] : [bundleKey(bundle)]), dump].join("\n"))}`,
    owner,
    door,
    dump,
    experiment_name,
    edits: {},
    archived: false,
    ...defined({ rerun_of: submission.rerunOf }),
    ...(bundle === undefined ? {} : { bundle_sha256: bundle.sha256, ...defined({ bundle_folder: bundle.folder }) }),
    backend: backend.id,
    status: "NotStarted",
    creation_context: { created_at: at, created_by: createdBy.name, created_by_type: createdBy.type },
    log_names: [],
    timeline: [{ seq: 1, status: "NotStarted", at, source: "service" }],
    revision: 1,
    modified_at: at,
  };
  jobReader.remember(record, submitted);
  return record;
}

/** A lost dispatch is found after this time, and so is everything else that a crash left undone. */
const firstLookMs = 60_000;

/** The bundle, the open row, then the record. The record that is there in the end: ours, or the one that was there before. */
async function commit(
  ports: SubmitPorts,
  record: JobRecord,
  bundle: SubmittedBundle | undefined,
  options: CallOptions,
): Promise<JobRecord> {
  const { records, openJobs, backend, clock } = ports;
  const { name, submission_id } = record;
  if (bundle !== undefined) await keepBundle(ports, bundle, options);
  const putMs = clock.now().getTime();
  const look = new Date(putMs + firstLookMs).toISOString();
  const created_at = record.creation_context.created_at;
  const row: OpenJob = {
    name,
    submission_id,
    backend: backend.id,
    created_at,
    next_poll_at: look,
    heal_at: look,
    published_seq: 0,
  };
  await openJobs.put(row, options);
  try {
    await records.create(record, options);
    // No call takes so long: the process was asleep, and the row may have been swept as one that nobody needs.
    if (clock.now().getTime() - putMs >= firstLookMs) await openJobs.put(row, options).catch(() => undefined);
    return record;
  } catch (error) {
    if (!isServiceError(error, "conflict")) throw unknownOutcome(name, error);
    const there = await records.get(name, options).catch((cause: unknown) => {
      throw unknownOutcome(name, cause);
    });
    // A retried request meets the record that its first try made.
    if (there?.value.submission_id === submission_id) return record;
    if (there === undefined) throw unknownOutcome(name, error);
    await giveRowBack(openJobs, there.value, clock.now(), options);
    return there.value;
  }
}

async function keepBundle(
  { bundles }: SubmitPorts,
  { sha256, zip }: SubmittedBundle,
  options: CallOptions,
): Promise<void> {
  if (zip !== undefined) return bundles.put(sha256, zip, options);
  if (!(await bundles.renew(sha256, options))) {
    throw new ServiceError(
      "bundle_not_found",
      "The bundle of the job is no longer stored; send the job with its files.",
    );
  }
}

/** Somebody else took the name a moment before, and their row was overwritten. Healing finds whatever else is on it. */
async function giveRowBack(
  openJobs: OpenJobs,
  { name, submission_id }: JobRecord,
  now: Date,
  options: CallOptions,
): Promise<void> {
  const at = now.toISOString();
  await openJobs.merge(name, { submission_id, next_poll_at: at, heal_at: at }, options).catch(() => undefined);
}

function unknownOutcome(name: string, cause: unknown): ServiceError {
  const why = isServiceError(cause) && cause.reason !== undefined ? ` (${outageReasons[cause.reason]})` : "";
  const message = `Storage did not say whether job ${name} was stored${why}. Send it again with PUT /api/jobs/${name}: it will not run twice.`;
  return new ServiceError("unavailable", message, {
    cause,
    reason: isServiceError(cause) ? cause.reason : undefined,
    retryAfterSeconds: 5,
    extra: { name },
  });
}

/** What follows a commit. Nothing here can undo it, so what fails is left to healing and the poll. */
async function follow(
  { dumps, index, queues, jobReader }: SubmitPorts,
  record: JobRecord,
  options: CallOptions,
): Promise<void> {
  const { name, submission_id } = record;
  await Promise.allSettled([
    dumps.put(name, record.dump, options),
    index.put(indexEntry(jobReader, record), options),
    queues.sendDispatch({ schema_version: 1, name, submission_id }, options),
  ]);
}

/** The job of an earlier, equal submission. `byKey`: found by its idempotency key. @throws ServiceError when this one is another. */
function replay(reader: JobReader, earlier: JobRecord, mine: JobRecord, byKey: boolean): JobRecord {
  if (earlier.owner !== mine.owner) throw new ServiceError("name_taken", `The name ${mine.name} is taken.`);
  if (phaseOf(earlier) === "deleting") {
    throw new ServiceError("conflict", `Job ${mine.name} is being deleted; its name is free in a moment.`, {
      retryAfterSeconds: 5,
    });
  }
  if (earlier.fingerprint === mine.fingerprint) return earlier;
  if (byKey) {
    throw new ServiceError(
      "idempotency_mismatch",
      `This Idempotency-Key was used for another job, ${earlier.name}; use a new key for a new job.`,
    );
  }
  throw jobExistsError(reader, earlier, mine);
}

/** The same paths lead elsewhere from another folder. */
function bundleKey({ sha256: hash, folder }: SubmittedBundle): string {
  return folder === undefined ? hash : `${hash}/${folder}`;
}
