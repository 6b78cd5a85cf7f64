import { ServiceError } from "../../core/errors.ts";
import type { Warning } from "../../core/issues.ts";
import type { LoadOptions } from "../../core/job/load-job.ts";
import type { Backend } from "../../core/ports/backend-port.ts";
import { toExperimentName } from "../../core/records/experiment-names.ts";
import { isJobName } from "../../core/records/job-names.ts";
import type { JobReader } from "../../core/records/job-reader.ts";
import type { CheckedJob, Submission } from "../../core/records/submission.ts";
import { defined } from "../../lib/defined.ts";

export interface CheckPorts {
  readonly backend: Backend;
  readonly jobReader: JobReader;
}

/**
 * Validates a submission without storing it. Features that the backend does not support are warnings that block the
 * submission, because the job itself is valid.
 * @throws ServiceError `invalid_job` with every issue, `invalid_name`, `name_mismatch`.
 */
export function checkJob({ backend, jobReader }: CheckPorts, submission: Submission): CheckedJob {
  const { source, format, bundle } = submission;
  const folder = submission.folder ?? bundle?.folder;
  const files = bundle === undefined ? {} : { files: bundle.files, ...defined({ folder: bundle.folder }) };
  const options: LoadOptions = { format, ...defined({ basePath: folder }), ...files };
  const loaded = jobReader.load(source, options);
  if (loaded.job === undefined)
    throw new ServiceError("invalid_job", summary("The job is not valid", loaded.issues.length), {
      issues: loaded.issues,
    });
  const { job, warnings, position } = loaded;
  const name = submission.name ?? job.name;
  if (submission.name !== undefined && job.name !== undefined && job.name !== submission.name) {
    throw new ServiceError(
      "name_mismatch",
      `The job is named ${JSON.stringify(submission.name)} in the URL and ${JSON.stringify(job.name)} in the body. ` +
        "Use the same name in both, or omit it in the body.",
    );
  }
  if (submission.name !== undefined && !isJobName(submission.name)) throw invalidName(submission.name);
  const unsupported = backend
    .unsupported(job)
    .map((issue): Warning => ({ ...issue, ...position(issue.pointer), blocks_submission: true }));
  const named = job.withFields({
    ...defined({ name }),
    // As in the SDK, an empty name counts as none.
    experiment_name: job.experiment_name || experimentOf(folder),
  });
  const allWarnings = [...warnings, ...unsupported, ...(bundle?.files.unreadWarnings?.() ?? [])];
  return { job: named, warnings: allWarnings, submittable: !allWarnings.some((warning) => warning.blocks_submission) };
}

/** The error for a valid job that cannot be submitted. */
export function notSubmittable({ id }: Backend, warnings: readonly Warning[]): ServiceError {
  const unsupported = warnings.filter(({ code }) => code === "unsupported_by_backend");
  if (unsupported.length > 0) {
    return new ServiceError(
      "unsupported_by_backend",
      `The backend ${id} cannot run this job. ${unsupported[0]?.message ?? ""}`.trim(),
      {
        issues: unsupported,
      },
    );
  }
  const issues = warnings.filter((warning) => warning.blocks_submission);
  return new ServiceError("invalid_job", summary("The job can be read but not run", issues.length), { issues });
}

function invalidName(name: string): ServiceError {
  const shown = JSON.stringify(name.slice(0, 100));
  return new ServiceError(
    "invalid_name",
    `${shown} is not a job name. Use 1 to 255 letters, digits, "_" and "-", beginning with a letter or digit.`,
  );
}

/** The default experiment of the SDK: the last part of the folder, without whitespace; here as a valid name. */
function experimentOf(folder: string | undefined): string {
  const last = folder?.split("/").findLast((part) => part !== "") ?? "";
  return toExperimentName(last.replaceAll(/\s/g, "")) ?? "Default";
}

function summary(sentence: string, count: number): string {
  return `${sentence}: ${count === 1 ? "one issue" : `${count} issues`}.`;
}
