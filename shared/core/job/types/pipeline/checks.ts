import { posix } from "node:path";
import { defined } from "../../../../lib/defined.ts";
import { exactInteger } from "../../../yaml/resolve-scalar.ts";
import { isMapping, type Mapping, toFloat, type Value } from "../../../yaml/value.ts";
import type { Find } from "../../checks/common.ts";
import { type CheckContext, checkLocalPath, contextBelow, readMapping } from "../../checks/local-files.ts";
import type { JobType } from "../../job-type.ts";
import { closest } from "../../schema/closest.ts";
import { checkBindings } from "./check-bindings.ts";
import { readPipelineComponent, rebasePaths, resolveNodes } from "./component-files.ts";
import type { BindingTargets } from "./components/bound-ports.ts";
import { isParameterType } from "./components/component-ports.ts";
import { isComponentFile } from "./components/components.ts";
import { checkMissingInputs } from "./components/node-ports.ts";
import { PipelineJob, pipelineJobFields, settingNames } from "./job.ts";
import { checkNode } from "./node-checks.ts";
import { checkInlineInputs, isInlineJob, toComponentNode } from "./node-components.ts";
import { withPrintedOutputs } from "./nodes/node-fields.ts";

const portName = /^[a-zA-Z_][a-zA-Z0-9_]*(?:\.[a-zA-Z_][a-zA-Z0-9_]*)*$/;

/** Warns about settings that the SDK does not know. */
function checkSettings(payload: Mapping, find: Find): void {
  if (!isMapping(payload.settings)) return;
  for (const name of Object.keys(payload.settings)) {
    if (settingNames.some((known) => known === name)) continue;
    const guess = closest(name, settingNames);
    const path = ["settings", name];
    const mend = guess === undefined ? {} : { mend: { op: "move", from: path, path: ["settings", guess] } as const };
    find({
      code: "ignored",
      message: `is not a known setting; it is sent unchanged${guess === undefined ? "" : `; did you mean ${guess}?`}`,
      path,
      blocks: false,
      ...mend,
    });
  }
}

/** Contexts of payloads whose nodes come from the file of their component. */
const unfolded = new WeakSet<CheckContext>();

/** Replaces a `component` that is a file by the pipeline in that file. */
function unfold(payload: Mapping, context: CheckContext): Mapping {
  const { component } = payload;
  const isGiven = isMapping(payload.jobs) && Object.keys(payload.jobs).length > 0;
  if (component !== undefined && isGiven) {
    context.report({
      code: "conflict",
      message: "and jobs cannot be used together; remove one of them.",
      path: ["component"],
    });
    return payload;
  }
  if (!isComponentFile(component)) return payload;
  const file = checkLocalPath(context, component, ["component"]);
  const content = file === undefined ? undefined : readMapping(context, file, ["component"]);
  if (file === undefined || content === undefined) return payload;
  const folder = posix.dirname(file);
  const pipeline = readPipelineComponent(content, contextBelow(context, ["component"], folder === "." ? "" : folder));
  const { component: _component, ...rest } = payload;
  unfolded.add(context);
  if (pipeline === undefined) return rest;
  const { display_name, description } = pipeline;
  return {
    ...defined({ display_name, description }),
    ...rest,
    jobs: rebasePaths({ jobs: pipeline.jobs }, folder, context.folder).jobs,
    inputs: inputsOf(payload, isMapping(pipeline.inputs) ? pipeline.inputs : {}, context.find),
    outputs: { ...declaredOutputs(pipeline.outputs), ...(isMapping(payload.outputs) ? payload.outputs : {}) },
  };
}

/** The declared inputs of a payload over their default values; anything but a mapping is left to the schema. */
function inputsOf({ inputs }: Mapping, declared: Mapping, find: Find): Value {
  const given: Record<string, Value | undefined> = Object.create(null);
  for (const [name, value] of Object.entries(isMapping(inputs) ? inputs : {})) {
    if (Object.hasOwn(declared, name)) given[name] = value;
    else
      find({
        code: "ignored",
        message: "is not an input of the component; it is ignored.",
        path: ["inputs", name],
        blocks: false,
      });
  }
  checkMissingInputs(given, declared, () => false, find);
  return inputs === undefined || isMapping(inputs) ? { ...defaultInputs(declared), ...given } : inputs;
}

/** The declared default values of inputs. */
function defaultInputs(inputs: Mapping): Mapping {
  const given: Record<string, Value> = Object.create(null);
  for (const [name, input] of Object.entries(inputs)) {
    if (isMapping(input) && typeof input.default === "string" && isParameterType(input.type))
      given[name] = literal(String(input.type), input.default);
  }
  return given;
}

function literal(type: string, text: string): Value {
  if (type === "boolean") return text === "True";
  if (type === "integer") return exactInteger(BigInt(text));
  return type === "number" ? toFloat(Number(text)) : text;
}

function declaredOutputs(outputs: Value | undefined): Mapping {
  const declared: Record<string, Value> = Object.create(null);
  for (const [name, output] of Object.entries(isMapping(outputs) ? outputs : {})) {
    if (isMapping(output)) declared[name] = { type: output.type, ...defined({ mode: output.mode }) };
  }
  return declared;
}

/** The job type `pipeline`. */
export const pipelineJobType: JobType = {
  schema: pipelineJobFields,
  jobClass: PipelineJob,
  portName,
  prepare(payload, context) {
    checkSettings(payload, context.find);
    return resolveNodes(unfold(payload, context), context);
  },
  check(fields, context) {
    if (!isMapping(fields.jobs)) return fields;
    const hasCompute =
      fields.compute !== undefined || (isMapping(fields.settings) && fields.settings.default_compute !== undefined);
    const inner = unfolded.has(context) ? contextBelow(context, ["component"]) : context;
    const jobs = checkNodes(fields, hasCompute, inner);
    checkBindings({ ...fields, jobs }, inner.find);
    return { ...fields, jobs };
  },
};

/** Checks the nodes of a pipeline; returns them with inline jobs converted to components. */
export function checkNodes(fields: Mapping, hasCompute: boolean, context: CheckContext): Mapping {
  const jobs: Record<string, Value> = Object.assign(Object.create(null), fields.jobs);
  const targets: BindingTargets = {
    inputs: isMapping(fields.inputs) ? fields.inputs : {},
    outputs: isMapping(fields.outputs) ? fields.outputs : {},
    nodes: jobs,
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
    jobs[name] = withPrintedOutputs(isInlineJob(checked) ? toComponentNode(checked, targets, below) : checked);
  }
  return jobs;
}
