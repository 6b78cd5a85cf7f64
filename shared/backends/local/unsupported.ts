import { type Issue, pointer } from "../../core/issues.ts";
import type { Job } from "../../core/job/job.ts";
import { commandFields } from "./command-fields.ts";

const code = "unsupported_by_backend";

/** What keeps a job from running on this machine. */
export function unsupported(job: Job): readonly Issue[] {
  const fields = commandFields(job);
  if (fields === undefined) {
    return [{ pointer: pointer(["type"]), code, message: `A job of type ${job.type} needs Azure ML; the local backend runs only jobs of type command.` }];
  }
  if (fields.code !== undefined) {
    const message = `code is ${JSON.stringify(fields.code)}; the local backend has no files to run beside the command. Expected no code.`;
    return [{ pointer: pointer(["code"]), code, message }];
  }
  return [];
}
