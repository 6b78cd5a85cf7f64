/** Replaces the paths of component files by their content. */

import { posix } from "node:path";
import { isMapping, type Mapping, type Value } from "../../../yaml/value.ts";
import { checkPortNames } from "../../checks/common.ts";
import {
  type CheckContext,
  checkLocalPath,
  contextBelow,
  joinPath,
  type ReadMappingOptions,
  readMapping,
  withoutFileScheme,
} from "../../checks/local-files.ts";
import { registeredAs } from "../../fields/asset-references.ts";
import { isLocalPath } from "../../fields/references.ts";
import { lower } from "../../schema/enums.ts";
import { parseFields } from "../../schema/parse-fields.ts";
import type { Schema } from "../../schema/schema.ts";
import { show } from "../../schema/show.ts";
import { checkComponentFields } from "./check-component-fields.ts";
import { checkHasNodes } from "./check-has-nodes.ts";
import { checkPipeline } from "./check-nodes.ts";
import { checkUndeclaredPorts } from "./components/check-undeclared-ports.ts";
import { isComponentFile } from "./components/components.ts";
import { nodePorts } from "./components/node-ports.ts";
import { flowFieldsOf, isFlow } from "./flows/flow-fields.ts";
import { flowNode } from "./flows/flow-node.ts";
import { pipelineComponent } from "./job.ts";
import { componentTypeOf } from "./nodes.ts";
import { rebasePaths } from "./rebase-paths.ts";

/** Nesting levels of pipelines; the limit ends the expansion of a file that refers to itself. */
const maxLevels = 10;

/** Returns a payload or component in which the component files of its nodes are replaced by their content. */
export function resolveNodes(holder: Mapping, hasCompute: boolean, context: CheckContext, level = 0): Mapping {
  if (!isMapping(holder.jobs)) return holder;
  const jobs: Record<string, Value | undefined> = Object.create(null);
  for (const [name, node] of Object.entries(holder.jobs)) {
    jobs[name] = isMapping(node) ? resolveNode(node, hasCompute, contextBelow(context, ["jobs", name]), level) : node;
  }
  return Object.assign(Object.create(null), holder, { jobs });
}

/** How a pipeline file is read. */
export const asPipeline: ReadMappingOptions = { typeOf: () => pipelineComponent };

function resolveNode(node: Mapping, hasCompute: boolean, context: CheckContext, level: number): Mapping {
  // Other nodes may have a trial as well, which Azure ML ignores.
  const isSweep = typeof node.type === "string" && lower(node.type) === "sweep";
  const field = isComponentFile(node.trial) && (isSweep || node.component === undefined) ? "trial" : "component";
  const path = node[field];
  const isSet = (name: string): boolean => node[name] !== undefined || (name === "compute" && hasCompute);
  if (isMapping(path)) checkFieldsOf(node, field, path, isSet, context);
  if (!isComponentFile(path)) return node;
  const file = checkComponentPath(context, path, field);
  if (file === undefined) return node;
  const isFirst = !context.budget.checkedFiles.has(file);
  const content = readMapping(context, file, [field], { typeOf: (read) => contentTypeOf(node, field, read) });
  // The unreadable file has been reported; a valid placeholder name prevents follow-up issues.
  if (content === undefined) return Object.assign(Object.create(null), node, { [field]: "azureml:unreadable:1" });
  if (isFirst) checkFieldsOf(node, field, content, isSet, context);
  return resolveContent(node, field, { file, content }, hasCompute, context, level);
}

function checkFieldsOf(
  node: Mapping,
  field: "component" | "trial",
  content: Mapping,
  isSet: (name: string) => boolean,
  context: CheckContext,
): void {
  if (isFlow(content)) return;
  checkComponentFields(content, contentTypeOf(node, field, content), isSet, contextBelow(context, [field]).report);
}

/** A node with the content of the file of its component; with the path of a pipeline or a prompt flow. */
function resolveContent(
  node: Mapping,
  field: string,
  { file, content }: { readonly file: string; readonly content: Mapping },
  hasCompute: boolean,
  context: CheckContext,
  level: number,
): Mapping {
  const folder = posix.dirname(file);
  const inFile = contextBelow(context, [field], folder === "." ? "" : folder);
  if (field === "component" && isFlow(content)) return flowNode(node, content, file, context, inFile);
  if (!isPipelineNode(node, content))
    return Object.assign(Object.create(null), node, { [field]: rebasePaths(content, folder, context.folder) });
  const pipeline = readPipelineComponent(content, hasCompute, inFile, level + 1);
  if (pipeline === undefined) return Object.assign(Object.create(null), node, { type: "pipeline" });
  context.budget.pipelines.set(file, pipeline);
  checkHasNodes(content, "blocker", inFile.report);
  checkPortNames(pipeline, inFile.report);
  checkPipeline(pipeline, hasCompute, inFile);
  checkUndeclaredPorts(node, pipeline, context.report);
  const ports = nodePorts(node, pipeline, () => false, context.report);
  return Object.assign(Object.create(null), node, { type: "pipeline" }, ports);
}

/** Reports the path of a component file that is not in the bundle; otherwise returns its path in the bundle. */
export function checkComponentPath(context: CheckContext, path: string, field: string): string | undefined {
  const file = withoutFileScheme(path);
  const isThere = path !== file || context.files?.kind(joinPath(context.folder, file) ?? file) !== undefined;
  // The schema reports other schemes, and names with a version.
  if (!isThere && !isLocalPath(file)) return undefined;
  const guess = isThere || !/^[^/]+[:@]/.test(file) ? undefined : registeredAs(file, "components");
  if (guess === undefined) return checkLocalPath(context, file, [field]);
  context.report({
    severity: "error",
    code: "invalid_reference",
    message: `is ${show(path)}; expected a path or azureml:NAME:VERSION. Did you mean ${show(guess)}?`,
    path: [field],
    fix: { replaceWith: guess },
  });
  return undefined;
}

/** The type of the content of the file of a component. */
function contentTypeOf(node: Mapping, field: "component" | "trial", content: Mapping): Schema<unknown> {
  if (field === "component" && isFlow(content)) return flowFieldsOf(content);
  return isPipelineNode(node, content) ? pipelineComponent : componentTypeOf(node, field, content);
}

/** Whether the component of a node is a pipeline; a node without a type has that of its component. */
function isPipelineNode(node: Mapping, component: Mapping): boolean {
  const type = node.type === undefined ? component.type : node.type;
  if (type !== undefined) return typeof type === "string" && lower(type) === "pipeline";
  return component.jobs !== undefined && component.command === undefined;
}

/** The fields of a pipeline component with its component files read; undefined, with reported problems, if invalid. */
export function readPipelineComponent(
  content: Mapping,
  hasCompute: boolean,
  context: CheckContext,
  level = 0,
): Mapping | undefined {
  if (level > maxLevels) {
    context.report({
      severity: "error",
      code: "too_deep",
      message: `is nested in ${maxLevels + 1} pipelines; at most ${maxLevels} are allowed.`,
      path: [],
    });
    return undefined;
  }
  const { fields, diagnostics } = parseFields(pipelineComponent, resolveNodes(content, hasCompute, context, level));
  for (const diagnostic of diagnostics ?? []) context.report(diagnostic);
  return fields;
}
