import { posix } from "node:path";
import { defined } from "../../../../lib/defined.ts";
import type { Report } from "../../../diagnostic.ts";
import { exactInteger } from "../../../yaml/resolve-scalar.ts";
import { isMapping, type Mapping, toFloat, type Value } from "../../../yaml/value.ts";
import { checkAssetReference } from "../../checks/asset-references.ts";
import { groupedName } from "../../checks/common.ts";
import { type CheckContext, contextBelow, readMapping } from "../../checks/local-files.ts";
import { defineJobType, type Prepared } from "../../job-type.ts";
import { closest } from "../../schema/closest.ts";
import { parseFields } from "../../schema/parse-fields.ts";
import { checkHasNodes } from "./check-has-nodes.ts";
import { checkPipeline, type Nodes } from "./check-nodes.ts";
import { asPipeline, checkComponentPath, readPipelineComponent, resolveNodes } from "./component-files.ts";
import { isParameterType } from "./components/component-ports.ts";
import { isComponentFile } from "./components/components.ts";
import { checkMissingInputs, reportUndeclared } from "./components/node-ports.ts";
import { PipelineJob, pipelineJobFields, settingNames } from "./job.ts";
import { nodes } from "./nodes.ts";
import { rebasePaths } from "./rebase-paths.ts";

/** Warns about unknown settings, and about references without a name. */
function checkSettings(payload: Mapping, report: Report): void {
  if (!isMapping(payload.settings)) return;
  for (const name of ["default_compute", "default_datastore"]) {
    if (payload.settings[name] === "azureml:")
      report({
        severity: "blocker",
        code: "invalid_reference",
        message: "has no name; expected azureml:NAME.",
        path: ["settings", name],
      });
  }
  for (const name of Object.keys(payload.settings)) {
    if (settingNames.some((known) => known === name)) continue;
    const guess = closest(name, settingNames);
    const path = ["settings", name];
    report({
      code: "ignored",
      message: `is not a known setting; it is sent unchanged${guess === undefined ? "" : `; did you mean ${guess}?`}`,
      path,
      severity: "warning",
      ...(guess === undefined ? {} : { fix: { renameTo: guess } }),
    });
  }
}

/** Replaces a `component` that is a file by the pipeline in that file. */
function expandComponent(payload: Mapping, context: CheckContext): Prepared {
  const { component } = payload;
  const hasJobs = isMapping(payload.jobs) && Object.keys(payload.jobs).length > 0;
  if (component !== undefined && hasJobs) {
    context.report({
      severity: "error",
      code: "conflict",
      message: "and jobs cannot be used together; remove one of them.",
      path: ["component"],
    });
    return { payload };
  }
  if (!isComponentFile(component)) return { payload };
  const file = checkComponentPath(context, component, "component");
  const content = file === undefined ? undefined : readMapping(context, file, ["component"], asPipeline);
  if (file === undefined || content === undefined) return { payload };
  const folder = posix.dirname(file);
  const inFile = contextBelow(context, ["component"], folder === "." ? "" : folder);
  const pipeline = readPipelineComponent(content, hasCompute(payload), inFile);
  const { component: _component, ...rest } = payload;
  const inner = contextBelow(context, ["component"]);
  if (pipeline === undefined) return { payload: rest, inner };
  // The SDK sends such a job.
  checkHasNodes(content, "warning", inFile.report);
  const { display_name, description } = pipeline;
  const declaredInputs = isMapping(pipeline.inputs) ? pipeline.inputs : {};
  const expanded = {
    ...defined({ display_name, description }),
    ...rest,
    jobs: rebasePaths({ jobs: pipeline.jobs }, folder, context.folder).jobs,
    inputs: inputsOf(payload, declaredInputs, context.report),
    outputs: outputsOf(payload, pipeline.outputs),
  };
  return { payload: expanded, inner, declaredInputs };
}

/** Merges the declared inputs of a payload over their defaults; a value that is not a mapping is returned unchanged. */
function inputsOf({ inputs }: Mapping, declared: Mapping, report: Report): Value {
  const given: Record<string, Value | undefined> = Object.create(null);
  for (const [name, value] of Object.entries(isMapping(inputs) ? inputs : {})) {
    if (Object.hasOwn(declared, name)) given[name] = value;
    else reportUndeclared("input", name, declared, isMapping(inputs) ? inputs : {}, report);
  }
  checkMissingInputs(isMapping(inputs) ? inputs : {}, declared, () => false, report);
  return inputs === undefined || isMapping(inputs) ? { ...defaultInputs(declared), ...given } : inputs;
}

/** The default values that a component declares for its inputs. */
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

/** Merges the outputs of a payload over the declared ones; a value that is not a mapping is returned unchanged. */
function outputsOf({ outputs = {} }: Mapping, declared: Value | undefined): Value {
  return isMapping(outputs) ? { ...declaredOutputs(declared), ...outputs } : outputs;
}

function declaredOutputs(outputs: Value | undefined): Mapping {
  const declared: Record<string, Value> = Object.create(null);
  for (const [name, output] of Object.entries(isMapping(outputs) ? outputs : {})) {
    if (isMapping(output)) declared[name] = { type: output.type, ...defined({ mode: output.mode }) };
  }
  return declared;
}

/** Whether a pipeline job has a compute for all nodes; those of inner pipelines are not used. */
function hasCompute({ compute, settings }: Mapping): boolean {
  return (compute ?? (isMapping(settings) ? settings.default_compute : undefined) ?? undefined) !== undefined;
}

/** The job type `pipeline`. */
export const pipelineJobType = defineJobType({
  name: "pipeline",
  schema: pipelineJobFields,
  create: (fields, known) => new PipelineJob(fields, known),
  portName: groupedName,
  prepare(payload, context) {
    checkSettings(payload, context.report);
    const prepared = expandComponent(payload, context);
    return { ...prepared, payload: resolveNodes(prepared.payload, hasCompute(payload), context) };
  },
  check(fields, context, { inner = context, declaredInputs }) {
    checkAssetReference(fields.component, "components", ["component"], context.report);
    if (fields.jobs === undefined) return fields;
    const inputs = { ...declaredInputs, ...fields.inputs };
    const jobs = checkPipeline({ ...fields, inputs }, hasCompute(fields), inner);
    return { ...fields, jobs: context.hasErrors() ? jobs : parseChanged(jobs, fields.jobs, context.report) };
  },
});

/** Parses the nodes that the checks changed, because an inline job may have been converted to a component. */
function parseChanged(jobs: Nodes, before: Nodes, report: Report): Nodes {
  const changed = Object.fromEntries(Object.entries(jobs).filter(([name, node]) => node !== before[name]));
  const { fields, diagnostics = [] } = parseFields(nodes, changed);
  for (const diagnostic of diagnostics) report({ ...diagnostic, path: ["jobs", ...diagnostic.path] });
  return { ...jobs, ...fields };
}
