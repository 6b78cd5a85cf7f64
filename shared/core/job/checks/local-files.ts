/** Checks that the local paths of a job were uploaded with it, and reads the YAML files that it refers to. */

import { defined } from "../../../lib/defined.ts";
import type { Report } from "../../diagnostic.ts";
import type { Warning } from "../../issues.ts";
import { type Document, type ReadResult, readDocument } from "../../yaml/read-document.ts";
import { isMapping, kindOf, type Mapping, type Value } from "../../yaml/value.ts";
import type { Schema } from "../schema/schema.ts";
import { show } from "../schema/show.ts";
import { keyDiagnostics } from "./key-diagnostics.ts";
import { type BundleNames, similarPath } from "./similar-path.ts";
import { tabWarning } from "./tab-warning.ts";

/** The files that were uploaded with a job; paths use `/` and are relative to the root of the bundle. */
export interface JobFilesReader extends BundleNames {
  read(path: string): Uint8Array | undefined;
  /** Checks the symbolic links at and below a path that the job uses. @throws ServiceError `invalid_bundle`. */
  checkSymlinks?(path: string): void;
  /** Warnings about files that the job does not use; complete only after the job has been checked. */
  unreadWarnings?(): readonly Warning[];
}

/** Remaining budget for the content of files, which is added to the job once per reference. */
export interface FilesBudget {
  /** Number of values. */
  nodes: number;
  /** Bytes of text. */
  bytes: number;
  /** Files that have been read, by depth and path, because thousands of nodes may refer to one file. */
  readonly fileCache: Map<string, CachedFile>;
  /** Pipelines that nodes refer to, by the path of their file. */
  readonly pipelines: Map<string, Mapping>;
  /** Paths of prompt flows that nodes refer to. */
  readonly flows: Set<string>;
  /** Paths of files whose tabs and keys have been checked, which is done once. */
  readonly checkedFiles: Set<string>;
}

interface CachedFile {
  readonly size: number;
  readonly result: ReadResult;
}

const filesBytes = 1024 * 1024;

/** The budget of a job whose files may contain this many values. */
export function filesBudget(nodes: number): FilesBudget {
  return {
    nodes,
    bytes: filesBytes,
    fileCache: new Map(),
    pipelines: new Map(),
    flows: new Set(),
    checkedFiles: new Set(),
  };
}

export interface CheckContext {
  readonly files: JobFilesReader | undefined;
  readonly limits: { readonly depth: number; readonly nodes: number };
  /** The folder within the bundle that paths are relative to; "" for its root. */
  readonly folder: string;
  readonly report: Report;
  /** Whether an error was reported, here or anywhere in the job. */
  readonly hasErrors: () => boolean;
  readonly budget: FilesBudget;
  /** Records the file from which the value at a path of the payload was read. */
  readonly addOrigin: (path: readonly PropertyKey[], file: string, document: Document) => void;
}

/** A path without the scheme `file:`, which the SDK accepts for some paths. */
export function withoutFileScheme(path: string): string {
  return path.replace(/^file:(?:\/\/)?/, "");
}

/** Whether a path is absolute on POSIX or on Windows. */
export function isAbsolutePath(path: string): boolean {
  return /^(?:[/\\]|[a-zA-Z]:)/.test(path);
}

/** A path joined to a folder, without `.` and `..`; undefined if it is outside the bundle. */
export function joinPath(folder: string, path: string): string | undefined {
  if (isAbsolutePath(path)) return undefined;
  const plain = path.replaceAll("\\", "/");
  const parts = folder === "" ? [] : folder.split("/");
  for (const part of plain.split("/")) {
    if (part === "..") {
      if (parts.pop() === undefined) return undefined;
    } else if (part !== "" && part !== ".") parts.push(part);
  }
  return parts.join("/");
}

/** Reports a local path that was not uploaded; otherwise returns its path in the bundle. */
export function checkLocalPath(
  context: CheckContext,
  path: string,
  fieldPath: readonly PropertyKey[],
): string | undefined {
  if (context.files === undefined) {
    const advice = isAbsolutePath(path)
      ? "which is absolute and cannot be in a bundle. Write a path relative to the job file, and upload a bundle."
      : "which was not uploaded with the job. Upload a bundle that contains it.";
    context.report({
      code: "needs_bundle",
      message: `is the local path ${show(path)}, ${advice}`,
      path: fieldPath,
      severity: "blocker",
    });
    return undefined;
  }
  const joined = joinPath(context.folder, path);
  if (joined !== undefined && (joined === "" || context.files.kind(joined) !== undefined)) {
    context.files.checkSymlinks?.(joined);
    return joined;
  }
  const reason = isAbsolutePath(path)
    ? "is absolute and cannot be in a bundle; write a path relative to the job file"
    : joined === undefined
      ? "is outside the bundle"
      : "is not in the bundle";
  context.report({
    severity: "error",
    code: "file_not_found",
    message: `is ${show(path)}, which ${reason}.`,
    path: fieldPath,
    ...(joined === undefined ? {} : { missing: joined, ...defined({ fix: similarPath(context.files, joined) }) }),
  });
  return undefined;
}

/** Checks the symbolic links at and below the additional includes of a component. */
export function checkIncludes({ files, folder }: CheckContext, includes: Value | undefined): void {
  if (!Array.isArray(includes)) return;
  for (const include of includes) {
    const joined = typeof include === "string" ? joinPath(folder, include) : undefined;
    if (joined !== undefined) files?.checkSymlinks?.(joined);
  }
}

export interface ReadMappingOptions {
  /** The type of the content, for which its keys are checked. */
  readonly typeOf: (content: Mapping) => Schema<unknown>;
  /** The mapping for which an empty file stands; an empty file is an error by default. */
  readonly ifEmpty?: Mapping;
}

/** Reads a YAML mapping from the bundle; undefined, with a reported problem, if that fails. */
export function readMapping(
  context: CheckContext,
  path: string,
  fieldPath: readonly PropertyKey[],
  { typeOf, ifEmpty }: ReadMappingOptions,
): Mapping | undefined {
  const { budget } = context;
  // Reported once: every further file would exceed the budget as well.
  if (budget.nodes < 0 || budget.bytes < 0) return undefined;
  const file = readFile(context, path, context.limits.depth - fieldPath.length);
  if (file === undefined) {
    context.report({
      severity: "error",
      code: "file_not_found",
      message: `is ${show(path)}, which is not a file in the bundle.`,
      path: fieldPath,
    });
    return undefined;
  }
  budget.bytes -= file.size;
  if (budget.bytes < 0) {
    const problem = `refers to ${path}, with which the files of the job exceed ${filesBytes} bytes.`;
    context.report({
      severity: "error",
      code: "too_long",
      message: `${problem} Each reference to a file is counted.`,
      path: fieldPath,
    });
    return undefined;
  }
  const { document, error } = file.result;
  budget.nodes -= error?.code === "too_many_nodes" ? Number.POSITIVE_INFINITY : (document?.nodes ?? 0);
  if (budget.nodes < 0 && document !== undefined) {
    context.report({
      severity: "error",
      code: "too_many_nodes",
      message: `refers to ${path}, with which the job has too many values.`,
      path: fieldPath,
    });
    return undefined;
  }
  if (document !== undefined && isMapping(document.value)) {
    context.addOrigin(fieldPath, path, document);
    checkText(context, document, typeOf(document.value), path, fieldPath);
    return document.value;
  }
  if (ifEmpty !== undefined && isEmpty(file.result)) return ifEmpty;
  const { code, message, pointer, position } = error ?? {
    code: "not_a_mapping" as const,
    message: `It is ${kindOf(document.value)}; expected a mapping.`,
    pointer: "",
    position: document.position(""),
  };
  context.report({
    severity: "error",
    code,
    message: `refers to ${path}, which cannot be read: ${message.replace(/^The YAML cannot be read: /, "")}`,
    path: fieldPath,
    within: { file: path, pointer, ...position },
  });
  return undefined;
}

function isEmpty({ document, error }: ReadResult): boolean {
  return document?.value === null || error?.code === "empty_document";
}

/** Reports the tabs and the keys of a file, for its first reference only. */
function checkText(
  { budget, report }: CheckContext,
  { tab, keyIssues, value }: Document,
  type: Schema<unknown>,
  path: string,
  fieldPath: readonly PropertyKey[],
): void {
  if (budget.checkedFiles.has(path)) return;
  budget.checkedFiles.add(path);
  if (tab !== undefined) report(tabWarning(fieldPath, tab, path));
  for (const diagnostic of keyDiagnostics({ keyIssues, value, type, at: fieldPath })) report(diagnostic);
}

function readFile({ files, budget }: CheckContext, path: string, depth: number): CachedFile | undefined {
  const key = `${depth} ${path}`;
  const known = budget.fileCache.get(key);
  if (known !== undefined) return known;
  const bytes = files?.kind(path) === "file" ? files.read(path) : undefined;
  if (bytes === undefined) return undefined;
  const file = { size: bytes.byteLength, result: readDocument(bytes, { format: "yaml", depth, nodes: budget.nodes }) };
  budget.fileCache.set(key, file);
  return file;
}

/** A context that reports problems with `prefix` before their paths. */
export function contextBelow(
  context: CheckContext,
  prefix: readonly PropertyKey[],
  folder = context.folder,
): CheckContext {
  return {
    ...context,
    folder,
    limits: { ...context.limits, depth: context.limits.depth - prefix.length },
    report: (diagnostic) => context.report({ ...diagnostic, path: [...prefix, ...diagnostic.path] }),
    addOrigin: (path, file, document) => context.addOrigin([...prefix, ...path], file, document),
  };
}
