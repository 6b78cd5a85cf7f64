import { posix } from "node:path";
import { defined } from "../../../../../lib/defined.ts";
import { pythonText } from "../../../../yaml/python-text.ts";
import { isMapping, type Mapping, mapValues, type Value } from "../../../../yaml/value.ts";
import {
  type CheckContext,
  checkIncludes,
  checkLocalPath,
  joinPath,
  readMapping,
} from "../../../checks/local-files.ts";
import { resolveEnvironment } from "../../../checks/resolve-environment.ts";
import { parseFields } from "../../../schema/parse-fields.ts";
import { anyMapping } from "../../../schema/scalars.ts";
import { show } from "../../../schema/show.ts";
import { flowFieldsOf, flowSchema, flowType, runSchema } from "./flow-fields.ts";

/** A prompt flow with its files; all paths are relative to the root of the bundle. */
export interface Flow {
  /** The component that is registered for it, without its code. */
  readonly component: Mapping;
  /** The folder that becomes the code of the component. */
  readonly folder: string;
  /** The name of the file of the flow in its folder. */
  readonly file: string;
  readonly includes: readonly string[];
}

interface FlowSettings {
  readonly includes: readonly string[];
  readonly variables: Mapping;
}

/**
 * Reads and checks a prompt flow, or a run of one, from the content of `path`; undefined, with reported problems, if it
 * is invalid. The folder of `context` is that of the file.
 * @see FlowComponent of the SDK
 */
export function readFlow(content: Mapping, path: string, context: CheckContext): Flow | undefined {
  const { $schema } = content;
  if ($schema !== flowSchema && $schema !== runSchema) return reportSchema($schema, context);
  const { fields, diagnostics = [] } = parseFields(flowFieldsOf(content), content);
  for (const diagnostic of diagnostics) context.report(diagnostic);
  if (fields === undefined || !checkName(fields.name, context)) return undefined;
  const place = typeof fields.flow === "string" ? findFlow(fields.flow, context) : placeOf(path);
  if (place === undefined) return undefined;
  const settings = typeof fields.flow === "string" ? settingsOf(place, context) : ownSettings(fields, context);
  if (settings === undefined) return undefined;
  checkTools(place, context);
  const { azureml, environment_variables, flow, column_mappings, additional_includes, ...own } = fields;
  const { environment, is_deterministic = true } = isMapping(azureml) ? azureml : {};
  const resolved = resolveEnvironment(context, environment, ["azureml", "environment"]);
  const variables = { ...settings.variables, ...(isMapping(environment_variables) ? environment_variables : {}) };
  const name = posix.basename(place.folder).replaceAll("-", "_");
  const component = { name, version: "1", ...own, is_deterministic, environment_variables: variables, type: flowType };
  return { component: { ...component, ...defined({ environment: resolved }) }, ...place, includes: settings.includes };
}

interface Place {
  readonly folder: string;
  readonly file: string;
}

function placeOf(path: string): Place {
  const folder = posix.dirname(path);
  return { folder: folder === "." ? "" : folder, file: posix.basename(path) };
}

function reportSchema($schema: Value | undefined, { report }: CheckContext): undefined {
  report({
    severity: "error",
    code: $schema === undefined ? "missing_field" : "not_allowed",
    message: `is ${$schema === undefined ? "missing" : show($schema)}; expected ${flowSchema} or ${runSchema}.`,
    path: ["$schema"],
  });
}

function checkName(name: Value | undefined, { report }: CheckContext): boolean {
  if (typeof name !== "string" || /^[a-z][a-z\d_]*$/.test(name)) return true;
  report({
    severity: "error",
    code: "not_allowed",
    message: `is ${show(name)}; expected lowercase letters, digits and _, beginning with a letter.`,
    path: ["name"],
  });
  return false;
}

/** The file of the flow that a run refers to, by its path or that of its folder. */
function findFlow(flow: string, context: CheckContext): Place | undefined {
  const path = checkLocalPath(context, flow, ["flow"]);
  if (path === undefined) return undefined;
  if (context.files?.kind(path) === "file") return placeOf(path);
  const file = "flow.dag.yaml";
  if (context.files?.kind(posix.join(path, file)) === "file") return { folder: path, file };
  context.report({
    severity: "error",
    code: "file_not_found",
    message: `is ${show(flow)}; expected the path of a flow, or of a folder with ${file}.`,
    path: ["flow"],
  });
  return undefined;
}

/** The settings in the file of the flow that a run refers to, which the SDK reads without checks. */
function settingsOf({ folder, file }: Place, context: CheckContext): FlowSettings | undefined {
  const content = readMapping(context, posix.join(folder, file), ["flow"], { typeOf: () => anyMapping });
  if (content === undefined) return undefined;
  const { additional_includes, environment_variables } = content;
  const variables = isMapping(environment_variables) ? mapValues(environment_variables, asText) : {};
  const report: CheckContext["report"] = (diagnostic) =>
    context.report({ ...diagnostic, path: ["flow"], severity: "blocker" });
  return { variables, includes: readIncludes(additional_includes, { ...context, folder, report }) };
}

function asText(value: Value | undefined): Value | undefined {
  return value === undefined ? value : pythonText(value);
}

function ownSettings({ additional_includes }: Mapping, context: CheckContext): FlowSettings {
  return { variables: {}, includes: readIncludes(additional_includes, context) };
}

/** Checks the additional includes of a flow; returns their paths in the bundle. */
function readIncludes(given: Value | undefined, context: CheckContext): readonly string[] {
  const includes = Array.isArray(given) ? given.filter((path) => typeof path === "string") : [];
  checkIncludes(context, includes);
  for (const [index, include] of includes.entries()) checkLocalPath(context, include, ["additional_includes", index]);
  return includes.flatMap((include) => joinPath(context.folder, include) ?? []);
}

/** Checks the files that the SDK requires beside a flow. */
function checkTools({ folder }: Place, { files, report }: CheckContext): void {
  files?.checkSymlinks?.(folder);
  const tools = ".promptflow/flow.tools.json";
  if (files?.kind(posix.join(folder, tools)) === "file") return;
  report({
    severity: "blocker",
    code: "incomplete",
    message: `is a prompt flow without ${tools}, which is required; create it with: pf flow validate --source FLOW.`,
    path: [],
  });
}
