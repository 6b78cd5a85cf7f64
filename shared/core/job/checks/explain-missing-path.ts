/** Explains where a missing local path was looked up, and suggests the path that was meant. */
import { posix } from "node:path";
import type { Diagnostic } from "../../diagnostic.ts";
import type { Value } from "../../yaml/value.ts";
import { show } from "../schema/show.ts";
import { type JobFilesReader, joinPath, withoutFileScheme } from "./local-files.ts";
import type { Written } from "./written-values.ts";

interface Place {
  readonly written: Written;
  readonly files: JobFilesReader | undefined;
  /** The folder of the job in the bundle. */
  readonly folder: string;
}

/** A missing path in a folder of the bundle, with the place where it was looked up; other diagnostics are unchanged. */
export function explainMissingPath(diagnostic: Diagnostic, { written, files, folder }: Place): Diagnostic {
  const { missing, path } = diagnostic;
  const value = missing === undefined ? undefined : textAt(path, written);
  if (missing === undefined || value === undefined) return diagnostic;
  const { file } = written.placeOf(path);
  const base = file === undefined ? folder : folderOf(file);
  const given = withoutFileScheme(value);
  // Other paths, e.g. those of a flow, are relative to another folder.
  if (base === "" || joinPath(base, given) !== missing) return diagnostic;
  const meant = pathAbove(base, given, files);
  const problem = `is ${show(value)}, but ${missing} is not in the bundle`;
  const hint = meant === undefined ? "" : ` Did you mean ${show(meant)}?`;
  const message = `${problem}; paths are relative to ${file ?? "the job file"}.${hint}`;
  const prefix = value.slice(0, value.length - given.length);
  return meant === undefined
    ? { ...diagnostic, message }
    : { ...diagnostic, message, fix: { replaceWith: `${prefix}${meant}` } };
}

/** The text at a path, which may stand for a mapping with a path. */
function textAt(path: readonly PropertyKey[], { valueAt }: Written): string | undefined {
  const value: Value | undefined = valueAt(path) ?? (path.at(-1) === "path" ? valueAt(path.slice(0, -1)) : undefined);
  return typeof value === "string" ? value : undefined;
}

function folderOf(file: string): string {
  const folder = posix.dirname(file);
  return folder === "." ? "" : folder;
}

/** The path, from a folder, of what exists at the given path in one of the folders above it. */
function pathAbove(base: string, given: string, files: JobFilesReader | undefined): string | undefined {
  // A reader without names is asked only for the paths of the job.
  if (files?.names === undefined) return undefined;
  const parts = base.split("/");
  for (let length = parts.length - 1; length >= 0; length--) {
    const target = joinPath(parts.slice(0, length).join("/"), given);
    if (target !== undefined && target !== "" && files.kind(target) !== undefined) return posix.relative(base, target);
  }
  return undefined;
}
