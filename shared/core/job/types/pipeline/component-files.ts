/** Replaces the paths of component files by their content, and adjusts the paths in it. */

import { posix } from "node:path";
import { isMapping, type Mapping, type Value } from "../../../yaml/value.ts";
import {
  type CheckContext,
  checkLocalPath,
  contextBelow,
  readMapping,
  withoutFileScheme,
} from "../../checks/local-files.ts";
import { isLocalPath } from "../../fields/references.ts";
import { parseFields } from "../../schema/parse-fields.ts";
import { isComponentFile } from "./components/components.ts";
import { nodePorts } from "./components/node-ports.ts";
import { pipelineComponent } from "./job.ts";

/** Nesting levels of pipelines; without a limit, a file that refers to itself would never end. */
const maxLevels = 10;

/** A payload or component with the component files of its nodes read. */
export function resolveNodes(holder: Mapping, context: CheckContext, level = 0): Mapping {
  if (!isMapping(holder.jobs)) return holder;
  const jobs: Record<string, Value | undefined> = Object.create(null);
  for (const [name, node] of Object.entries(holder.jobs)) {
    jobs[name] = isMapping(node) ? resolveNode(node, contextBelow(context, ["jobs", name]), level) : node;
  }
  return Object.assign(Object.create(null), holder, { jobs });
}

function resolveNode(node: Mapping, context: CheckContext, level: number): Mapping {
  const field = isComponentFile(node.trial) ? "trial" : "component";
  const path = node[field];
  if (!isComponentFile(path)) return node;
  const file = checkLocalPath(context, withoutFileScheme(path), [field]);
  if (file === undefined) return node;
  const content = readMapping(context, file, [field]);
  // The unreadable file has been reported; a valid name in its place avoids further issues.
  if (content === undefined) return Object.assign(Object.create(null), node, { [field]: "azureml:unreadable" });
  const folder = posix.dirname(file);
  const isPipeline = node.type === "pipeline" || (node.type === undefined && content.type === "pipeline");
  if (!isPipeline)
    return Object.assign(Object.create(null), node, { [field]: rebasePaths(content, folder, context.folder) });
  const pipeline = readPipelineComponent(
    content,
    contextBelow(context, [field], folder === "." ? "" : folder),
    level + 1,
  );
  const ports = pipeline === undefined ? {} : nodePorts(node, pipeline, () => false, context.report);
  return Object.assign(Object.create(null), node, { type: "pipeline" }, ports);
}

/** The fields of a pipeline component with its component files read; undefined, with reported problems, if invalid. */
export function readPipelineComponent(content: Mapping, context: CheckContext, level = 0): Mapping | undefined {
  if (level > maxLevels) {
    context.report({
      severity: "error",
      code: "too_deep",
      message: `is nested in ${maxLevels + 1} pipelines; at most ${maxLevels} are allowed.`,
      path: [],
    });
    return undefined;
  }
  const { fields, diagnostics } = parseFields(pipelineComponent, resolveNodes(content, context, level));
  for (const diagnostic of diagnostics ?? []) context.report(diagnostic);
  return fields;
}

/** A component whose local paths, relative to folder `from`, are made relative to folder `to`. */
export function rebasePaths(component: Mapping, from: string, to: string): Mapping {
  const move = (path: Value | undefined): Value | undefined => {
    if (typeof path !== "string" || !isLocalPath(path)) return path;
    const moved = posix.relative(to, posix.join(from, path.replaceAll("\\", "/")));
    return moved === "" ? "." : moved;
  };
  // The default code of a spark component is its own folder.
  return movePaths(component.type === "spark" ? { code: ".", ...component } : component, move);
}

type Move = (path: Value | undefined) => Value | undefined;

function movePaths(holder: Mapping, move: Move): Mapping {
  const moved: Record<string, Value | undefined> = Object.assign(Object.create(null), holder);
  if (holder.code !== undefined) moved.code = move(holder.code);
  if (Array.isArray(holder.additional_includes))
    moved.additional_includes = holder.additional_includes.map((path: Value) => move(path) as Value);
  if (isMapping(holder.environment)) moved.environment = moveEnvironment(holder.environment, move);
  if (isMapping(holder.task)) moved.task = movePaths(holder.task, move);
  for (const field of ["component", "trial"]) {
    const path = holder[field];
    if (isComponentFile(path)) moved[field] = move(withoutFileScheme(path));
    else if (isMapping(path)) moved[field] = movePaths(path, move);
  }
  if (isMapping(holder.jobs))
    moved.jobs = Object.fromEntries(
      Object.entries(holder.jobs).map(([name, node]) => [name, isMapping(node) ? movePaths(node, move) : node]),
    );
  return moved;
}

function moveEnvironment(environment: Mapping, move: Move): Mapping {
  const moved: Record<string, Value | undefined> = Object.assign(Object.create(null), environment);
  if (typeof environment.conda_file === "string") moved.conda_file = move(environment.conda_file);
  const { build } = environment;
  if (isMapping(build) && build.path !== undefined)
    moved.build = Object.assign(Object.create(null), build, { path: move(build.path) });
  return moved;
}
