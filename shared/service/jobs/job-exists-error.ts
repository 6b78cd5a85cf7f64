import { ServiceError } from "../../core/errors.ts";
import type { JobReader } from "../../core/records/job-reader.ts";
import { isFinished } from "../../core/records/phases.ts";
import type { JobRecord } from "../../core/records/record.ts";

/** Fields that PATCH can change. */
const editable: readonly string[] = ["display_name", "description", "tags"];

/**
 * The error for a name that another job of the same owner has: it names the fields that differ, and the possible fixes.
 */
export function jobExistsError(reader: JobReader, earlier: JobRecord, mine: JobRecord): ServiceError {
  const { name } = mine;
  const fields = differences(reader, earlier, mine);
  const shown =
    fields.length === 0 ? "" : ` (it differs in ${fields.slice(0, 5).join(", ")}${fields.length > 5 ? " ..." : ""})`;
  const isEdit = fields.length > 0 && fields.every((field) => editable.includes(field));
  const patch = isEdit ? `Change it with PATCH /api/jobs/${name}, submit this one` : "Submit this one";
  const remove = isFinished(earlier) ? "delete" : "cancel and delete";
  return new ServiceError(
    "job_exists",
    `Job ${name} exists and is another one${shown}. ${patch} under another name, or ${remove} the other one first.`,
  );
}

/** The fields in which two jobs differ, and "files" if their bundles differ. */
function differences(reader: JobReader, earlier: JobRecord, mine: JobRecord): readonly string[] {
  const [a, b] = [reader.jobOf(earlier).toObject(), reader.jobOf(mine).toObject()];
  const fields = [...new Set([...Object.keys(a), ...Object.keys(b)])].filter(
    (field) => JSON.stringify(a[field]) !== JSON.stringify(b[field]),
  );
  const isOtherBundle = earlier.bundle_sha256 !== mine.bundle_sha256 || earlier.bundle_folder !== mine.bundle_folder;
  return [...fields, ...(isOtherBundle ? ["files"] : [])];
}
