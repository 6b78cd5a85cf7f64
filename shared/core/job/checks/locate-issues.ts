/** Converts diagnostics, which have a path of the payload, to issues, which have a pointer, file, line and column. */

import { defined } from "../../../lib/defined.ts";
import type { Diagnostic, DiagnosticCode } from "../../diagnostic.ts";
import { type Issue, pointer, type Warning } from "../../issues.ts";
import { toPatch, upOf } from "./to-patch.ts";
import { shortPath, type Written } from "./written-values.ts";

/** Codes of diagnostics that are located at a key; all others are located at a value. */
const keyCodes: ReadonlySet<DiagnosticCode> = new Set(["unknown_field", "wrong_key", "duplicate_key", "read_only"]);

/**
 * Returns a function that converts a diagnostic to an issue with pointer, file, position, and a message that begins
 * with the path.
 */
export function issueLocator(written: Written): (diagnostic: Diagnostic) => Issue {
  return ({ code, message, path: fullPath, fix, within }) => {
    const part = keyCodes.has(code) ? "key" : "value";
    const known = shortPath(fullPath);
    const path = writtenPath(known, written);
    // A suggestion applies to the text in which the problem is: the job, or a file of the bundle.
    const { file, value, document, path: pathInFile } = written.placeOf(path);
    const isFixable = within === undefined && known.length === fullPath.length && upOf(fix) <= pathInFile.length;
    const location = pointer(pathInFile);
    return {
      pointer: location,
      ...(within ?? {
        ...document?.position(location, part),
        ...defined({ file }),
      }),
      code,
      message: path.length === 0 ? wholeJobMessage(message) : `${path.map(shortName).join(".")} ${message}`,
      ...(fix !== undefined && isFixable ? defined({ suggestion: toPatch(fix, pathInFile, value, document) }) : {}),
    };
  };
}

/** The path without `path` at its end if the text has a text there, which is read as `{path: text}`. */
function writtenPath(path: readonly PropertyKey[], { parentOf }: Written): readonly PropertyKey[] {
  return path.at(-1) === "path" && typeof parentOf(path) === "string" ? path.slice(0, -1) : path;
}

const maxNameLength = 200;

function shortName(name: PropertyKey): string {
  const text = String(name);
  return text.length <= maxNameLength ? text : `${text.slice(0, maxNameLength)}...`;
}

/** The message of a diagnostic of the whole job, which has no path to prepend. */
function wholeJobMessage(message: string): string {
  return /^[a-z]/.test(message) ? `The job ${message}` : message;
}

/** Sorts by file, the job file first, then by line and column. */
export function sortIssues<T extends Issue>(issues: readonly T[]): readonly T[] {
  return issues.toSorted((a, b) => byFile(a, b) || (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0));
}

function byFile(a: Issue, b: Issue): number {
  const [one = "", other = ""] = [a.file, b.file];
  return one === other ? 0 : one < other ? -1 : 1;
}

/** Limits the size of the response, because a payload can have an issue in every line. */
const maxIssues = 200;

/** The first issues, and an issue with the number of omitted ones. */
export function firstIssues(issues: readonly Issue[]): readonly Issue[] {
  return issues.length <= maxIssues ? issues : [...issues.slice(0, maxIssues), moreIssues(issues, "issues")];
}

/** The first warnings, and a warning with the number of omitted ones, which blocks submission if one of them does. */
export function firstWarnings(warnings: readonly Warning[]): readonly Warning[] {
  if (warnings.length <= maxIssues) return warnings;
  const blocks_submission = warnings.slice(maxIssues).some((warning) => warning.blocks_submission);
  return [...warnings.slice(0, maxIssues), { ...moreIssues(warnings, "warnings"), blocks_submission }];
}

function moreIssues(issues: readonly Issue[], noun: string): Issue {
  return { pointer: "", code: "more_issues", message: `There are ${issues.length - maxIssues} more ${noun}.` };
}
