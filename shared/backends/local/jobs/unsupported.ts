import { type Issue, pointer } from "../../../core/issues.ts";
import { isLocalPath } from "../../../core/job/fields/references.ts";
import type { Job } from "../../../core/job/job.ts";
import { findUnrunnable } from "../inputs/find-unrunnable.ts";
import { redactUrl } from "../inputs/redact-url.ts";
import { commandFields } from "./command-fields.ts";

const code = "unsupported_by_backend";

/** Issues that prevent a job from running on this machine. */
export function unsupported(job: Job): readonly Issue[] {
  const fields = commandFields(job);
  if (fields === undefined) {
    const message = `A job of type ${job.type} needs Azure ML; the local backend runs only jobs of type command.`;
    return [{ pointer: pointer(["type"]), code, message }];
  }
  // Local paths are validated in the core, against the bundle.
  if (typeof fields.code === "string" && !isLocalPath(fields.code)) {
    const shown = JSON.stringify(redactUrl(fields.code));
    const message = `code is ${shown}, which only Azure ML can download; expected a path in the job's bundle.`;
    return [{ pointer: pointer(["code"]), code, message }];
  }
  return findUnrunnable(fields).map(({ path, message }) => ({ pointer: pointer(path), code, message }));
}
