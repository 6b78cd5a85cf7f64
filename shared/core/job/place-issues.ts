/** From problems, which know a path of the payload, to issues, which know pointer, file, line and column. */
import { type Issue, type PatchOperation, pointer } from "../issues.ts";
import type { Document } from "../yaml/read-document.ts";
import type { Problem } from "./problems.ts";

/** A file that stands in the place of its path. */
export interface Origin {
  readonly path: readonly string[];
  readonly file: string;
  readonly document: Document;
}

/** Makes issues of problems: pointer, file, position, and a text that begins with the place. */
export function issuePlacer(document: Document | undefined, origins: readonly Origin[]): (problem: Problem) => Issue {
  return ({ code, message, path = [], mend, within }) => {
    const part = code === "unknown_field" || code === "wrong_key" || code === "duplicate_key" || code === "read_only" ? "key" : "value";
    const names = path.map(String);
    // The innermost file; a problem of the file itself stands where it is named.
    const origin = origins.findLast(({ path: outer }) => names.length > outer.length && outer.every((name, index) => name === names[index]));
    const place = pointer(origin === undefined ? path : path.slice(origin.path.length));
    return {
      pointer: place,
      ...(within ?? (origin?.document ?? document)?.position(place, part)),
      ...(within !== undefined || origin === undefined ? {} : { file: origin.file }),
      code,
      message: path.length === 0 ? sentence(message) : `${names.join(".")} ${message}`,
      // A mend is for the payload, and a file of the bundle is none of it.
      ...(mend === undefined || origin !== undefined ? {} : { suggestion: [patch(mend)] }),
    };
  };
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
export function inOrder<T extends Issue>(issues: readonly T[]): readonly T[] {
  return issues.toSorted((a, b) => byFile(a, b) || (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0));
}

function byFile(a: Issue, b: Issue): number {
  const [one = "", other = ""] = [a.file, b.file];
  return one === other ? 0 : one < other ? -1 : 1;
}

/** Nobody reads more at once, and a payload can have one in every line. */
const maxIssues = 200;

export function firstOf(issues: readonly Issue[]): readonly Issue[] {
  if (issues.length <= maxIssues) return issues;
  const message = `There are ${issues.length - maxIssues} more issues.`;
  return [...issues.slice(0, maxIssues), { pointer: "", code: "more_issues", message }];
}
