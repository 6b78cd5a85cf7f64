/**
 * Distinguishes the app's jobs from foreign jobs, which were not submitted by this app: only the app's jobs have its
 * submission id as a property.
 */
import { BackendRefusal } from "../../../core/ports/backend-port.ts";
import { type JsonObject, objectAt } from "../http/json.ts";

/** Name of the property with the submission id. */
export const submissionIdProperty = "jobgate.submission_id";

/** Whether a run, or the `properties` of a job resource, has this submission id. */
export function hasSubmissionId(described: JsonObject, submissionId: string): boolean {
  return objectAt(described, "properties")[submissionIdProperty] === submissionId;
}

/** The error of a submission whose name is used by another job of the workspace. */
export function nameTakenError(name: string): BackendRefusal {
  return new BackendRefusal(
    "name_taken",
    `The workspace has another job ${name}, which this service did not submit. Submit the job with another name.`,
  );
}
