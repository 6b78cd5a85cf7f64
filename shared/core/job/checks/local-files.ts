/** Local paths of a job: whether what they name came along, and what is read from it. */
import type { Warning } from "../../issues.ts";
import { type Document, type ReadResult, readDocument } from "../../yaml/read-document.ts";
import { isMapping, type Mapping, type Value } from "../../yaml/value.ts";
import { isLocalDataPath, isLocalPath } from "../fields/references.ts";
import type { Problem, Report } from "../schema/diagnostics.ts";
import { show } from "../schema/diagnostics.ts";
import type { Find } from "./common.ts";

/** The files that came along with a job; paths use `/`, relative to the folder of the job file. */
export interface JobFilesReader {
  read(path: string): Uint8Array | undefined;
  kind(path: string): "file" | "folder" | undefined;
  /** Checks a path that the job reads whole, with the symbolic links below it. @throws ServiceError `invalid_bundle`. */
  checkSymlinks?(path: string): void;
  /** Warnings about files that the job leaves unread, once it is judged. */
  unreadWarnings?(): readonly Warning[];
}

/** How much more may come from files: what is read becomes part of the job, each time that it is named. */
export interface FilesBudget {
  /** Values. */
  nodes: number;
  /** Bytes of text. */
  bytes: number;
  /** What was read already, by depth and path: a pipeline may name one file in thousands of nodes. */
  readonly readFiles: Map<string, KnownFile>;
}

interface KnownFile {
  readonly size: number;
  readonly result: ReadResult;
}

const filesBytes = 1024 * 1024;

/** The budget of a job whose files may bring this many values. */
export function filesBudget(nodes: number): FilesBudget {
  return { nodes, bytes: filesBytes, readFiles: new Map() };
}

export interface CheckContext {
  readonly files: JobFilesReader | undefined;
  readonly limits: { readonly depth: number; readonly nodes: number };
  /** The folder, within the files, that paths start from; "" at the top. */
  readonly folder: string;
  readonly find: Find;
  readonly report: Report;
  readonly budget: FilesBudget;
  /** Says that what stands at a place of the payload comes from a file of its own. */
  readonly adopt: (path: readonly PropertyKey[], file: string, document: Document) => void;
}

/** A path without the `file:` that may stand before it where the SDK takes a path by its scheme. */
export function withoutFileScheme(path: string): string {
  return path.replace(/^file:(?:\/\/)?/, "");
}

/** Whether a path starts at the top of a disk, here or on Windows. */
function isAbsolutePath(path: string): boolean {
  return /^(?:[/\\]|[a-zA-Z]:)/.test(path);
}

/** A path joined to a folder, without `.` and `..`; undefined when it leaves the files that came along. */
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

/** Reports a local path that did not come along; returns where it is among the files. */
export function checkLocalPath(context: CheckContext, path: string, place: readonly PropertyKey[]): string | undefined {
  if (context.files === undefined) {
    const advice = isAbsolutePath(path)
      ? "which is absolute and cannot be in a bundle. Write a path relative to the job file, and upload a bundle that contains it."
      : "which was not uploaded with the job. Upload a bundle that contains it.";
    context.find({
      code: "needs_bundle",
      message: `is the local path ${show(path)}, ${advice}`,
      path: place,
      blocks: true,
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
  context.report({ code: "file_not_found", message: `is ${show(path)}, which ${reason}.`, path: place });
  return undefined;
}

/** Checks `code`. */
export function checkCode(context: CheckContext, code: Value | undefined, place: readonly PropertyKey[]): void {
  if (typeof code !== "string") return;
  if (isLocalPath(code)) checkLocalPath(context, code, place);
  else if (code.startsWith("git+"))
    context.find({
      code: "incomplete",
      message: "is a git URL, which Azure ML does not support yet.",
      path: place,
      blocks: true,
    });
}

/** Checks the symbolic links below what a component takes into its code besides. */
export function checkIncludes({ files, folder }: CheckContext, includes: Value | undefined): void {
  if (!Array.isArray(includes)) return;
  for (const include of includes) {
    const joined = typeof include === "string" ? joinPath(folder, include) : undefined;
    if (joined !== undefined) files?.checkSymlinks?.(joined);
  }
}

/** Checks the paths of inputs, and the files that local ones lead to. */
export function checkInputPaths(context: CheckContext, inputs: Value | undefined, place: readonly PropertyKey[]): void {
  if (!isMapping(inputs)) return;
  for (const [name, input] of Object.entries(inputs)) {
    if (!isMapping(input)) continue;
    if (typeof input.path_on_compute === "string")
      checkLocalPath(context, input.path_on_compute, [...place, name, "path_on_compute"]);
    if (typeof input.path !== "string" || input.path === "") {
      context.find({
        code: "incomplete",
        message: "is missing; give the location of the data.",
        path: [...place, name, "path"],
        blocks: true,
      });
      continue;
    }
    if (!isLocalDataPath(input.path)) continue;
    // The SDK loads inputs whose data is not there yet, so this is no refusal.
    const kept: Problem[] = [];
    checkLocalPath({ ...context, report: (problem) => kept.push(problem) }, withoutFileScheme(input.path), [
      ...place,
      name,
      "path",
    ]);
    for (const problem of kept) context.find({ ...problem, blocks: true });
  }
}

/** Checks the local paths of an environment; returns it with the content of its conda file in place of the path. */
export function resolveEnvironment(
  context: CheckContext,
  environment: Value | undefined,
  place: readonly PropertyKey[],
): Value | undefined {
  if (!isMapping(environment)) return environment;
  const { build, conda_file } = environment;
  if (isMapping(build) && typeof build.path === "string" && isLocalPath(build.path))
    checkLocalPath(context, build.path, [...place, "build", "path"]);
  if (typeof conda_file !== "string" || conda_file === "") return environment;
  const at = [...place, "conda_file"];
  const path = checkLocalPath(context, conda_file, at);
  if (path === undefined) return environment;
  const content = readMapping(context, path, at);
  return content === undefined ? environment : Object.assign(Object.create(null), environment, { conda_file: content });
}

/** Reads a YAML mapping from the files; reports what is wrong with it. */
export function readMapping(context: CheckContext, path: string, place: readonly PropertyKey[]): Mapping | undefined {
  const { budget } = context;
  // Said once; every other file would be too much as well.
  if (budget.nodes < 0 || budget.bytes < 0) return undefined;
  const file = readFile(context, path, context.limits.depth - place.length);
  if (file === undefined) {
    context.report({
      code: "file_not_found",
      message: `is ${show(path)}, which is not a file in the bundle.`,
      path: place,
    });
    return undefined;
  }
  budget.bytes -= file.size;
  if (budget.bytes < 0) {
    context.report({
      code: "too_long",
      message: `refers to ${path}; the files that a job refers to may have ${filesBytes} bytes in total, counted once per reference.`,
      path: place,
    });
    return undefined;
  }
  const { document, error } = file.result;
  budget.nodes -= error?.code === "too_many_nodes" ? Number.POSITIVE_INFINITY : (document?.nodes ?? 0);
  if (budget.nodes < 0 && document !== undefined) {
    context.report({
      code: "too_many_nodes",
      message: `refers to ${path}, with which the job has too many values.`,
      path: place,
    });
    return undefined;
  }
  if (document !== undefined && isMapping(document.value)) {
    context.adopt(place, path, document);
    return document.value;
  }
  const { code, message, pointer, position } = error ?? {
    code: "not_a_mapping" as const,
    message: "It is not a mapping.",
    pointer: "",
    position: undefined,
  };
  context.report({
    code,
    message: `refers to ${path}, which cannot be read: ${message}`,
    path: place,
    within: { file: path, pointer, ...position },
  });
  return undefined;
}

function readFile({ files, budget }: CheckContext, path: string, depth: number): KnownFile | undefined {
  const key = `${depth} ${path}`;
  const known = budget.readFiles.get(key);
  if (known !== undefined) return known;
  const bytes = files?.kind(path) === "file" ? files.read(path) : undefined;
  if (bytes === undefined) return undefined;
  const file = { size: bytes.byteLength, result: readDocument(bytes, { format: "yaml", depth, nodes: budget.nodes }) };
  budget.readFiles.set(key, file);
  return file;
}

/** A context whose problems stand below `prefix`. */
export function contextBelow(
  context: CheckContext,
  prefix: readonly PropertyKey[],
  folder = context.folder,
): CheckContext {
  const below = (problem: Problem): Problem => ({ ...problem, path: [...prefix, ...(problem.path ?? [])] });
  return {
    ...context,
    folder,
    limits: { ...context.limits, depth: context.limits.depth - prefix.length },
    report: (problem) => context.report(below(problem)),
    find: (finding) => context.find({ ...finding, ...below(finding), blocks: finding.blocks }),
    adopt: (path, file, document) => context.adopt([...prefix, ...path], file, document),
  };
}
