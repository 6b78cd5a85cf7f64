/** Checks the nodes of a pipeline: of the job itself, and of every pipeline file that it refers to, at any depth. */

import { isMapping, type Mapping } from "../../../yaml/value.ts";
import { type CheckContext, contextBelow } from "../../checks/local-files.ts";
import { checkBindings } from "./check-bindings.ts";
import { checkOptionalInputs } from "./check-optional-inputs.ts";
import { maxGuesses } from "./closest-binding.ts";
import type { BindingTargets } from "./components/bound-ports.ts";
import { withNestedPipelines } from "./nested-pipelines.ts";
import { checkNode } from "./node-checks.ts";
import { checkInlineInputs, isConvertedBySdk, isInlineJob, toComponentNode } from "./node-components.ts";
import { withPrintedOutputs } from "./nodes/node-fields.ts";

export type Nodes = Readonly<Record<string, Mapping>>;

/** Checks the nodes of a pipeline and their bindings; returns the nodes with inline jobs converted to components. */
export function checkPipeline(fields: Mapping, hasCompute: boolean, context: CheckContext): Nodes {
  const jobs = checkNodes(fields, hasCompute, context);
  const known = { ...fields, jobs: withNestedPipelines(jobs, context) };
  checkBindings(known, context.report);
  checkOptionalInputs(known, context.report);
  return jobs;
}

/** Checks the nodes of a pipeline; returns them with inline jobs converted to components. */
export function checkNodes(fields: Mapping, hasCompute: boolean, context: CheckContext): Nodes {
  const jobs: Record<string, Mapping> = Object.assign(Object.create(null), fields.jobs);
  /** The nodes as bindings to them are read, each converted as soon as it has been checked. */
  const nodes: Record<string, Mapping[string]> = Object.assign(Object.create(null), withNestedPipelines(jobs, context));
  const converted = new Set<string>();
  const targets: BindingTargets = {
    inputs: isMapping(fields.inputs) ? fields.inputs : {},
    outputs: isMapping(fields.outputs) ? fields.outputs : {},
    nodes,
    converted,
    guesses: { left: maxGuesses },
  };
  const bodies = new Set(
    Object.values(jobs).map((node) => (isMapping(node) && typeof node.body === "string" ? node.body : "")),
  );
  for (const [name, node] of Object.entries(jobs)) {
    if (!isMapping(node)) continue;
    const below = contextBelow(context, ["jobs", name]);
    const isBody = bodies.has(`\${{parent.jobs.${name}}}`);
    const checked = checkNode(node, { hasCompute, isBody }, below);
    if (!isInlineJob(checked)) checkInlineInputs(checked, targets, below.report);
    const isInline = isInlineJob(checked);
    const read = withPrintedOutputs(isInline ? toComponentNode(checked, targets, below.report) : checked);
    jobs[name] = read;
    if (isInline) nodes[name] = read;
    if (isInline || isConvertedBySdk(checked)) converted.add(name);
  }
  return jobs;
}
