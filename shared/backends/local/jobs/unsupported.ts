import { type Issue, pointer } from "../../../core/issues.ts";
import { isLocalPath } from "../../../core/job/fields/references.ts";
import type { Job } from "../../../core/job/job.ts";
import { findTooLong } from "../inputs/find-too-long.ts";
import { redactUrl } from "../inputs/local-input.ts";
import { commandFields } from "./command-fields.ts";

const code = "unsupported_by_backend";

/** What keeps a job from running on this machine. */
export function unsupported(job: Job): readonly Issue[] {
  const fields = commandFields(job);
  if (fields === undefined) {
    return [
      {
        pointer: pointer(["type"]),
        code,
        message: `A job of type ${job.type} needs Azure ML; the local backend runs only jobs of type command.`,
      },
    ];
  }
  // A local path is the core's to judge: what it names came along in a bundle, or did not.
  if (typeof fields.code === "string" && !isLocalPath(fields.code)) {
    const message = `code is ${JSON.stringify(redactUrl(fields.code))}, which only Azure ML can fetch; expected no code.`;
    return [{ pointer: pointer(["code"]), code, message }];
  }
  return findTooLong(fields).map(({ path, message }) => ({ pointer: pointer(path), code, message }));
}
