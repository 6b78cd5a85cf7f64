import { posix } from "node:path";
import { readDocument } from "../../yaml/read-document.ts";
import { toJson } from "../../yaml/to-json.ts";
import { isMapping, type Mapping, type Value } from "../../yaml/value.ts";
import { environment as environmentType, type InlineEnvironment, isEnvironmentFile } from "../fields/environment.ts";
import { isLocalPath } from "../fields/references.ts";
import { parseFields } from "../schema/parse-fields.ts";
import { anyMapping } from "../schema/scalars.ts";
import { checkCondaFile } from "./check-conda-file.ts";
import { type CheckContext, checkLocalPath, readMapping } from "./local-files.ts";

/** Returns the form of a path that is relative to another folder. */
export type Rebase = (path: Value | undefined) => Value | undefined;

/**
 * Checks the local paths of an environment; returns it with the path of its conda file replaced by the content. An
 * environment in a file of its own, `file:PATH`, is replaced by the content of that file.
 */
export function resolveEnvironment<Environment extends Value | undefined>(
  context: CheckContext,
  environment: Environment,
  fieldPath: readonly PropertyKey[],
): Environment | InlineEnvironment | string {
  if (isEnvironmentFile(environment)) return readEnvironmentFile(context, environment, fieldPath) ?? environment;
  return isMapping(environment) ? resolvePaths(context, environment, fieldPath) : environment;
}

/** The environment in a file, with paths relative to the job; undefined if it was not read. */
function readEnvironmentFile(
  context: CheckContext,
  environment: string,
  fieldPath: readonly PropertyKey[],
): InlineEnvironment | string | undefined {
  const file = checkLocalPath(context, environment.slice("file:".length), fieldPath);
  const content =
    file === undefined ? undefined : readMapping(context, file, fieldPath, { typeOf: () => environmentType });
  if (file === undefined || content === undefined) return undefined;
  const folder = posix.dirname(file);
  const fields = parseEnvironment(context, content, fieldPath);
  if (!isMapping(fields)) return undefined;
  const inFile = { ...context, folder: folder === "." ? "" : folder };
  const resolved = resolvePaths(inFile, fields, fieldPath);
  const rebased = rebaseEnvironment(resolved, rebaseTo(inFile.folder, context.folder));
  // Parsed again, because the paths of an environment determine its name and version.
  return parseEnvironment(context, rebased, fieldPath);
}

function resolvePaths<Environment extends Mapping>(
  context: CheckContext,
  environment: Environment,
  fieldPath: readonly PropertyKey[],
): Environment | InlineEnvironment | string {
  const { build, conda_file } = environment;
  if (isMapping(build) && typeof build.path === "string" && isLocalPath(build.path))
    checkLocalPath(context, build.path, [...fieldPath, "build", "path"]);
  const at = [...fieldPath, "conda_file"];
  if (isMapping(conda_file)) checkCondaFile(conda_file, at, context.report);
  if (typeof conda_file !== "string" || conda_file === "") return environment;
  if (isBlock(conda_file)) {
    reportCondaText(context, conda_file, at);
    return environment;
  }
  const path = checkLocalPath(context, conda_file, at);
  const isFirst = path !== undefined && !context.budget.checkedFiles.has(path);
  const content =
    path === undefined ? undefined : readMapping(context, path, at, { typeOf: () => anyMapping, ifEmpty: emptyFile });
  if (content === undefined) return environment;
  if (isFirst) checkCondaFile(content, at, context.report);
  const { conda_file: _path, ...rest }: Mapping = environment;
  // The version of the environment is a hash of its content, which must be valid too.
  const resolved = content === emptyFile ? rest : { ...environment, conda_file: content };
  return parseEnvironment(context, resolved, fieldPath) ?? environment;
}

/** Whether a text has a line break, which no path has. */
function isBlock(text: string): boolean {
  return /[\r\n]/.test(text);
}

/** A suggestion repeats the text. */
const maxSuggestion = 10_000;

/** Reports a block of text in place of a conda file, with the mapping that the text contains. */
function reportCondaText({ limits, report }: CheckContext, text: string, path: readonly PropertyKey[]): void {
  const content =
    text.length > maxSuggestion ? undefined : readDocument(text, { format: "yaml", ...limits }).document?.value;
  report({
    severity: "error",
    code: "wrong_type",
    message: `is a block of text; expected the path of a conda file, or a mapping, without the "|" before it.`,
    path,
    ...(isMapping(content) ? { fix: { replaceWith: toJson(content) } } : {}),
  });
}

/** Stands for an empty conda file, which counts as no conda file. */
const emptyFile: Mapping = {};

function parseEnvironment(
  context: CheckContext,
  content: Value | undefined,
  fieldPath: readonly PropertyKey[],
): InlineEnvironment | string | undefined {
  const { fields, diagnostics = [] } = parseFields(environmentType, content);
  for (const diagnostic of diagnostics) context.report({ ...diagnostic, path: [...fieldPath, ...diagnostic.path] });
  return fields;
}

/** Converts local paths that are relative to folder `from` to paths relative to folder `to`. */
export function rebaseTo(from: string, to: string): Rebase {
  return (path) => {
    if (typeof path !== "string" || !isLocalPath(path)) return path;
    const rebased = posix.relative(to, posix.join(from, path.replaceAll("\\", "/")));
    return rebased === "" ? "." : rebased;
  };
}

/** An environment with its local paths converted. */
export function rebaseEnvironment(environment: Value | undefined, rebase: Rebase): Value | undefined {
  if (isEnvironmentFile(environment)) return `file:${rebase(environment.slice("file:".length))}`;
  if (!isMapping(environment)) return environment;
  const rebased: Record<string, Value | undefined> = Object.assign(Object.create(null), environment);
  if (typeof environment.conda_file === "string" && !isBlock(environment.conda_file))
    rebased.conda_file = rebase(environment.conda_file);
  const { build } = environment;
  if (isMapping(build) && build.path !== undefined)
    rebased.build = Object.assign(Object.create(null), build, { path: rebase(build.path) });
  return rebased;
}
