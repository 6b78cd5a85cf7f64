/** Converts diagnostics, which have a path of the payload, to issues, which have a pointer, file, line and column. */

import { defined } from "../../../lib/defined.ts";
import type { Diagnostic, DiagnosticCode, Fix } from "../../diagnostic.ts";
import { type Issue, type PatchOperation, pointer, type Warning } from "../../issues.ts";
import type { Document } from "../../yaml/read-document.ts";
import type { Value } from "../../yaml/value.ts";

/** A file whose content replaces the value at `path` of the payload. */
export interface Origin {
  readonly path: readonly string[];
  readonly file: string;
  readonly document: Document;
}

/** Codes of diagnostics that are located at a key; all others are located at a value. */
const keyCodes: ReadonlySet<DiagnosticCode> = new Set(["unknown_field", "wrong_key", "duplicate_key", "read_only"]);

/**
 * Returns a function that converts a diagnostic of a payload to an issue with pointer, file, position, and a message
 * that begins with the path. Call it only after all origins have been added.
 */
export function issueLocator(
  payload: Value,
  document: Document | undefined,
  origins: readonly Origin[],
): (diagnostic: Diagnostic) => Issue {
  // A map, because a job may have thousands of files and thousands of issues.
  const files = new Map(origins.map((origin) => [pointer(origin.path), origin]));
  return ({ code, message, path: fullPath, fix, within }) => {
    const part = keyCodes.has(code) ? "key" : "value";
    const known = shortPath(fullPath);
    // The innermost file; a diagnostic of a whole file is located at the reference to it.
    const origin = files.size === 0 ? undefined : originOf(known, files);
    const path = writtenPath(known, origin, payload);
    // A suggestion applies to the document in which the problem is: the payload, or the file of the bundle.
    const pathInFile = path.slice(origin?.path.length ?? 0);
    const isFixable = within === undefined && known.length === fullPath.length && upOf(fix) <= pathInFile.length;
    const location = pointer(pathInFile);
    return {
      pointer: location,
      ...(within ?? {
        ...(origin?.document ?? document)?.position(location, part),
        ...defined({ file: origin?.file }),
      }),
      code,
      message: path.length === 0 ? wholeJobMessage(message) : `${path.map(shortName).join(".")} ${message}`,
      ...(fix !== undefined && isFixable
        ? defined({
            suggestion: toPatch(fix, pathInFile, origin?.document.value ?? payload, origin?.document ?? document),
          })
        : {}),
    };
  };
}

/** The path without `path` at its end if the document has a text there, which is read as `{path: text}`. */
function writtenPath(path: readonly PropertyKey[], origin: Origin | undefined, payload: Value): readonly PropertyKey[] {
  if (path.at(-1) !== "path") return path;
  const holder = path.slice(0, -1);
  const value = valueAt(origin?.document.value ?? payload, holder.slice(origin?.path.length ?? 0));
  return typeof value === "string" ? holder : path;
}

/** The number of levels above the problem that a fix changes. */
function upOf(fix: Fix | undefined): number {
  return fix !== undefined && "up" in fix ? fix.up : 0;
}

function originOf(path: readonly PropertyKey[], files: ReadonlyMap<string, Origin>): Origin | undefined {
  for (let length = path.length - 1; length >= 0; length--) {
    const found = files.get(pointer(path.slice(0, length)));
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Limits in characters, because the pointer and the message of every issue below a path repeat its names. */
const maxPathLength = 2000;
const maxNameLength = 200;

/** The path, truncated to the maximum length. */
function shortPath(path: readonly PropertyKey[]): readonly PropertyKey[] {
  let length = 0;
  const end = path.findIndex((name) => {
    length += String(name).length;
    return length > maxPathLength;
  });
  return end < 0 ? path : path.slice(0, end);
}

function shortName(name: PropertyKey): string {
  const text = String(name);
  return text.length <= maxNameLength ? text : `${text.slice(0, maxNameLength)}...`;
}

/** The message of a diagnostic of the whole job, which has no path to prepend. */
function wholeJobMessage(message: string): string {
  return /^[a-z]/.test(message) ? `The job ${message}` : message;
}

/**
 * The patch of a value for a fix at this path; undefined if the fix does not apply to it. `document` is the text that
 * the value was read from.
 */
function toPatch(
  fix: Fix,
  path: readonly PropertyKey[],
  value: Value,
  document: Document | undefined,
): readonly PatchOperation[] | undefined {
  const from = pointer(path);
  if ("quote" in fix) return [{ op: "replace", path: from, value: document?.plainText(from) ?? fix.quote }];
  if ("renameTo" in fix) return [{ op: "move", from, path: pointer([...path.slice(0, -1), fix.renameTo]) }];
  if ("replaceWith" in fix) return [{ op: "replace", path: from, value: fix.replaceWith }];
  if ("replaceBy" in fix) {
    const replacement = fix.replaceBy(valueAt(value, path));
    return replacement === undefined ? undefined : [{ op: "replace", path: from, value: replacement }];
  }
  if ("replaceText" in fix)
    return [{ op: "replace", path: from, value: replaceLast(String(valueAt(value, path)), fix.replaceText, fix.by) }];
  const base = pointer(path.slice(0, path.length - fix.up));
  return fix.patch.map((operation) => ({
    ...operation,
    path: `${base}${operation.path}`,
    ...("from" in operation ? { from: `${base}${operation.from}` } : {}),
  }));
}

/** The values of a payload as they are written in it or in its files, of which the innermost counts. */
export interface Written {
  valueAt(path: readonly PropertyKey[]): Value | undefined;
  /** The value that contains the one at a path. */
  parentOf(path: readonly PropertyKey[]): Value | undefined;
  /** The text of an unquoted scalar. */
  plainText(path: readonly PropertyKey[]): string | undefined;
  /** The file that contains the value at a path; undefined for the job. */
  fileOf(path: readonly PropertyKey[]): string | undefined;
}

export function writtenValues(payload: Value, document: Document | undefined, origins: readonly Origin[]): Written {
  const files = new Map(origins.map((origin) => [pointer(origin.path), origin]));
  const find = (path: readonly PropertyKey[]) => (files.size === 0 ? undefined : originOf(shortPath(path), files));
  const valueIn = (origin: Origin | undefined, path: readonly PropertyKey[]) =>
    valueAt(origin?.document.value ?? payload, path.slice(origin?.path.length ?? 0));
  return {
    valueAt: (path) => valueIn(find(path), path),
    parentOf: (path) => valueIn(find(path), path.slice(0, -1)),
    plainText(path) {
      const origin = find(path);
      return (origin?.document ?? document)?.plainText(pointer(path.slice(origin?.path.length ?? 0)));
    },
    fileOf: (path) => find(path)?.file,
  };
}

function valueAt(value: Value, path: readonly PropertyKey[]): Value {
  let found: Value = value;
  for (const part of path) found = Object(found)[part];
  return found;
}

function replaceLast(text: string, part: string, by: string): string {
  const at = text.lastIndexOf(part);
  return at < 0 ? text : `${text.slice(0, at)}${by}${text.slice(at + part.length)}`;
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
