import { randomUUID } from "node:crypto";
import { ServiceError } from "../../core/errors.ts";
import type { Job } from "../../core/job/job.ts";
import type { Backend } from "../../core/ports/backend-port.ts";
import type { JobIndex } from "../../core/ports/job-index.ts";
import type { CallOptions } from "../../core/ports/ports.ts";
import type { DumpStore, Queues } from "../../core/ports/storage-ports.ts";
import { indexEntry } from "../../core/records/index-entry.ts";
import { generateName } from "../../core/records/job-names.ts";
import type { JobReader } from "../../core/records/job-reader.ts";
import { phaseOf } from "../../core/records/phases.ts";
import type { JobRecord } from "../../core/records/record.ts";
import type { Submission, Submitted, SubmittedBundle } from "../../core/records/submission.ts";
import { sha256 } from "../../core/text/digest.ts";
import { defined } from "../../lib/defined.ts";
import { checkJob, notSubmittable } from "./check-job.ts";
import { type CommitPorts, commitJob } from "./commit-job.ts";
import { jobExistsError } from "./job-exists-error.ts";
import type { SubmissionQuota } from "./submission-quota.ts";

export interface SubmitPorts extends CommitPorts {
  readonly backend: Backend;
  readonly dumps: DumpStore;
  readonly index: JobIndex;
  readonly queues: Queues;
  readonly jobReader: JobReader;
  /** Limits new jobs, except those from the inbox, whose queue already limits them. */
  readonly quota?: SubmissionQuota;
}

/**
 * Submits a job, once. The creation of its record is the commit point; healing completes any step that fails after it.
 * A repeated submission, by name or by idempotency key, returns the existing job.
 * @throws ServiceError as `checkJob`, and `unsupported_by_backend`, `job_exists`, `name_taken`, `idempotency_mismatch`,
 * `bundle_not_found`, `quota_exceeded`, `precondition_failed`, `unavailable` (with `name` if the job may have been
 * committed).
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
  // A random name cannot be taken, so only a chosen one is looked up first.
  const earlier = job.name !== undefined || byKey ? await ports.records.get(record.name, options) : undefined;
  if (earlier === undefined) {
    submission.condition?.(undefined);
    if (submission.door !== "inbox") await ports.quota?.admit(submission.owner, options);
  }
  const stored = earlier?.value ?? (await commitJob(ports, record, submission.bundle, options));
  if (stored !== record) {
    const found = existingJob(ports.jobReader, stored, record, byKey);
    submission.condition?.(found.revision);
    return { record: found, warnings, created: false };
  }
  await writeProjections(ports, record, options);
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
    // The dump contains the name, so that a retry with PUT under the generated name is the same submission.
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
  jobReader.cache(record, submitted);
  return record;
}

/**
 * Writes the projections and enqueues the dispatch. Failures are ignored: the job is committed, so healing and the poll
 * retry them.
 */
async function writeProjections(
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

/**
 * The job of an earlier, equal submission. `byKey`: found by idempotency key.
 * @throws ServiceError if the submissions differ.
 */
function existingJob(reader: JobReader, earlier: JobRecord, submitted: JobRecord, byKey: boolean): JobRecord {
  if (earlier.owner !== submitted.owner) throw new ServiceError("name_taken", `The name ${submitted.name} is taken.`);
  if (phaseOf(earlier) === "deleting") {
    throw new ServiceError(
      "conflict",
      `Job ${submitted.name} is being deleted. Its name will be free in a few seconds.`,
      {
        retryAfterSeconds: 5,
      },
    );
  }
  if (earlier.fingerprint === submitted.fingerprint) return earlier;
  if (byKey) {
    throw new ServiceError(
      "idempotency_mismatch",
      `This Idempotency-Key was used for another job, ${earlier.name}. Use a new key for a new job.`,
    );
  }
  throw jobExistsError(reader, earlier, submitted);
}

/** Includes the folder, because the paths of the job are relative to it. */
function bundleKey({ sha256: hash, folder }: SubmittedBundle): string {
  return folder === undefined ? hash : `${hash}/${folder}`;
}
