/** From problems, which know a path of the payload, to issues, which know pointer, file, line and column. */
import { type Issue, type PatchOperation, pointer, type Warning } from "../../issues.ts";
import type { Document } from "../../yaml/read-document.ts";
import type { Problem } from "../schema/diagnostics.ts";

/** A file that stands in the place of its path. */
export interface Origin {
  readonly path: readonly string[];
  readonly file: string;
  readonly document: Document;
}

/** Makes issues of problems: pointer, file, position, and a text that begins with the place. Called when all files are known. */
export function issueLocator(document: Document | undefined, origins: readonly Origin[]): (problem: Problem) => Issue {
  // A job may come from thousands of files, and have thousands of issues.
  const files = new Map(origins.map((origin) => [pointer(origin.path), origin]));
  return ({ code, message, path: whole = [], mend, within }) => {
    const part =
      code === "unknown_field" || code === "wrong_key" || code === "duplicate_key" || code === "read_only"
        ? "key"
        : "value";
    const path = shortPath(whole);
    // The innermost file; a problem of the file itself stands where it is named.
    const origin = files.size === 0 ? undefined : originOf(path, files);
    const place = pointer(origin === undefined ? path : path.slice(origin.path.length));
    return {
      pointer: place,
      ...(within ?? (origin?.document ?? document)?.position(place, part)),
      ...(within !== undefined || origin === undefined ? {} : { file: origin.file }),
      code,
      message: path.length === 0 ? sentence(message) : `${path.map(shortName).join(".")} ${message}`,
      // A mend is for the payload, and a file of the bundle is none of it.
      ...(mend === undefined || origin !== undefined || path.length < whole.length
        ? {}
        : { suggestion: [patch(mend)] }),
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

/** The names of a place stand in its pointer and its message, and in those of every other issue below it. */
const longestPath = 2000;
const longestName = 200;

/** A path up to the name that makes it too long to show. */
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

/** A message about the whole job has no place before it. */
function sentence(message: string): string {
  return /^[a-z]/.test(message) ? `The job ${message}` : message;
}

function patch(mend: NonNullable<Problem["mend"]>): PatchOperation {
  const path = pointer(mend.path);
  return mend.op === "move" ? { op: "move", from: pointer(mend.from), path } : { ...mend, path };
}

/** In the order of the files, the job's own first, and of their lines. */
export function sortIssues<T extends Issue>(issues: readonly T[]): readonly T[] {
  return issues.toSorted((a, b) => byFile(a, b) || (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0));
}

function byFile(a: Issue, b: Issue): number {
  const [one = "", other = ""] = [a.file, b.file];
  return one === other ? 0 : one < other ? -1 : 1;
}

/** Nobody reads more at once, and a payload can have one in every line. */
const maxIssues = 200;

/** The first issues, and how many more there are. */
export function firstIssues(issues: readonly Issue[]): readonly Issue[] {
  return issues.length <= maxIssues ? issues : [...issues.slice(0, maxIssues), more(issues, "issues")];
}

/** The first warnings, and how many more there are; the last one blocks where one that is left out does. */
export function firstWarnings(warnings: readonly Warning[]): readonly Warning[] {
  if (warnings.length <= maxIssues) return warnings;
  const blocks_submission = warnings.slice(maxIssues).some((warning) => warning.blocks_submission);
  return [...warnings.slice(0, maxIssues), { ...more(warnings, "warnings"), blocks_submission }];
}

function more(issues: readonly Issue[], what: string): Issue {
  return { pointer: "", code: "more_issues", message: `There are ${issues.length - maxIssues} more ${what}.` };
}
