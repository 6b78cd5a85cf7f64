import { ServiceError } from "../core/errors.ts";
import type { Issue } from "../core/issues.ts";
import type { ZipError } from "./zip/zip-error.ts";

/** An issue with an entry of a bundle. @param problem follows the name of the entry in the message. */
export function entryIssue(path: string, code: string, problem: string): Issue {
  return { pointer: "", file: path, code, message: `${JSON.stringify(path.slice(0, 300))} ${problem}.` };
}

/** The issue of a bundle that is not a valid zip. */
export function unreadableZip(error: ZipError): Issue {
  return { pointer: "", code: "unreadable", message: `The bundle is not a zip that can be read: ${error.message}.` };
}

/** The error of a bundle with issues. */
export function invalidBundle(issues: readonly Issue[]): ServiceError {
  const detail = issues.length === 1 ? (issues[0]?.message ?? "") : `The bundle is not valid: ${issues.length} issues.`;
  return new ServiceError("invalid_bundle", detail, { issues });
}

/** The message of an error. */
export function errorText(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
