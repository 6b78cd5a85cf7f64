/** Turns diagnostics, which have a path of the payload, into issues, which have a pointer, file, line and column. */

import { defined } from "../../../lib/defined.ts";
import type { Diagnostic, DiagnosticCode, Fix } from "../../diagnostic.ts";
import { type Issue, type PatchOperation, pointer, type Warning } from "../../issues.ts";
import type { Document } from "../../yaml/read-document.ts";

/** A file whose content replaces its path in the payload. */
export interface Origin {
  readonly path: readonly string[];
  readonly file: string;
  readonly document: Document;
}

/** Codes of diagnostics that are placed at a key; all others are placed at a value. */
const keyCodes: ReadonlySet<DiagnosticCode> = new Set(["unknown_field", "wrong_key", "duplicate_key", "read_only"]);

/**
 * Returns a function that turns a diagnostic into an issue with pointer, file, position, and a message that begins with
 * the path. Called once all origins are known.
 */
export function issueLocator(
  document: Document | undefined,
  origins: readonly Origin[],
): (diagnostic: Diagnostic) => Issue {
  // A map, because a job may have thousands of files and thousands of issues.
  const files = new Map(origins.map((origin) => [pointer(origin.path), origin]));
  return ({ code, message, path: whole, fix, within }) => {
    const part = keyCodes.has(code) ? "key" : "value";
    const path = shortPath(whole);
    // The innermost file; a diagnostic of a file itself is placed at the reference to it.
    const origin = files.size === 0 ? undefined : originOf(path, files);
    const place = pointer(path.slice(origin?.path.length ?? 0));
    // A suggestion applies to the payload, not to a file of the bundle.
    const isFixable = origin === undefined && path.length === whole.length;
    return {
      pointer: place,
      ...(within ?? {
        ...(origin?.document ?? document)?.position(place, part),
        ...defined({ file: origin?.file }),
      }),
      code,
      message: path.length === 0 ? wholeJobMessage(message) : `${path.map(shortName).join(".")} ${message}`,
      ...(fix !== undefined && isFixable ? { suggestion: [toPatch(fix, path)] } : {}),
    };
  };
}

function originOf(path: readonly PropertyKey[], files: ReadonlyMap<string, Origin>): Origin | undefined {
  for (let length = path.length - 1; length >= 0; length--) {
    const found = files.get(pointer(path.slice(0, length)));
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Upper bounds, because the pointer and the message of every issue below a path repeat its names. */
const longestPath = 2000;
const longestName = 200;

/** The beginning of a path, up to the name with which it becomes too long to show. */
function shortPath(path: readonly PropertyKey[]): readonly PropertyKey[] {
  let length = 0;
  const end = path.findIndex((name) => {
    length += String(name).length;
    return length > longestPath;
  });
  return end < 0 ? path : path.slice(0, end);
}

function shortName(name: PropertyKey): string {
  const text = String(name);
  return text.length <= longestName ? text : `${text.slice(0, longestName)}...`;
}

/** The message of a diagnostic of the whole job, which has no path before it. */
function wholeJobMessage(message: string): string {
  return /^[a-z]/.test(message) ? `The job ${message}` : message;
}

function toPatch(fix: Fix, path: readonly PropertyKey[]): PatchOperation {
  const from = pointer(path);
  if ("renameTo" in fix) return { op: "move", from, path: pointer([...path.slice(0, -1), fix.renameTo]) };
  return { op: "replace", path: from, value: fix.replaceWith };
}

/** Sorts by file, the job file first, then by line and column. */
export function sortIssues<T extends Issue>(issues: readonly T[]): readonly T[] {
  return issues.toSorted((a, b) => byFile(a, b) || (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0));
}

function byFile(a: Issue, b: Issue): number {
  const [one = "", other = ""] = [a.file, b.file];
  return one === other ? 0 : one < other ? -1 : 1;
}

/** Bounds the response, because a payload can have an issue in every line. */
const maxIssues = 200;

/** The first issues, and an issue with the number of the others. */
export function firstIssues(issues: readonly Issue[]): readonly Issue[] {
  return issues.length <= maxIssues ? issues : [...issues.slice(0, maxIssues), moreIssues(issues, "issues")];
}

/** The first warnings, and a warning with the number of the others, which blocks submission if one of those does. */
export function firstWarnings(warnings: readonly Warning[]): readonly Warning[] {
  if (warnings.length <= maxIssues) return warnings;
  const blocks_submission = warnings.slice(maxIssues).some((warning) => warning.blocks_submission);
  return [...warnings.slice(0, maxIssues), { ...moreIssues(warnings, "warnings"), blocks_submission }];
}

function moreIssues(issues: readonly Issue[], what: string): Issue {
  return { pointer: "", code: "more_issues", message: `There are ${issues.length - maxIssues} more ${what}.` };
}
