import { ServiceError } from "../../core/errors.ts";
import type { JobReader } from "../../core/records/job-reader.ts";
import { isFinished } from "../../core/records/phases.ts";
import type { JobRecord } from "../../core/records/record.ts";

/** Fields that PATCH can change. */
const editable: readonly string[] = ["display_name", "description", "tags"];

/** The error for a name that another job of the same owner has; lists the fields that differ and the possible fixes. */
export function jobExistsError(reader: JobReader, existing: JobRecord, submitted: JobRecord): ServiceError {
  const { name } = submitted;
  const fields = differences(reader, existing, submitted);
  const fieldList =
    fields.length === 0
      ? ""
      : ` (different fields: ${fields.slice(0, 5).join(", ")}${fields.length > 5 ? " ..." : ""})`;
  const isEdit = fields.length > 0 && fields.every((field) => editable.includes(field));
  const patch = isEdit ? `Change it with PATCH /api/jobs/${name}, submit this job` : "Submit this job";
  const remove = isFinished(existing) ? "delete" : "cancel and delete";
  return new ServiceError(
    "job_exists",
    `A different job ${name} already exists${fieldList}. ` +
      `${patch} under another name, or ${remove} the existing job first.`,
  );
}

/** The fields in which two jobs differ, and "files" if their bundles differ. */
function differences(reader: JobReader, existing: JobRecord, submitted: JobRecord): readonly string[] {
  const [a, b] = [reader.jobOf(existing).toObject(), reader.jobOf(submitted).toObject()];
  const fields = [...new Set([...Object.keys(a), ...Object.keys(b)])].filter(
    (field) => JSON.stringify(a[field]) !== JSON.stringify(b[field]),
  );
  const isOtherBundle =
    existing.bundle_sha256 !== submitted.bundle_sha256 || existing.bundle_folder !== submitted.bundle_folder;
  return [...fields, ...(isOtherBundle ? ["files"] : [])];
}
