import type * as z from "zod/mini";
import { defined } from "../../../../lib/defined.ts";
import { isMapping, type Mapping, mapValues, type Value } from "../../../yaml/value.ts";
import { baseFields, readOnlyFields } from "../../fields/base-fields.ts";
import { type InputField, inputs, type OutputField, outputs } from "../../fields/inputs-outputs.ts";
import { reference } from "../../fields/references.ts";
import { Job } from "../../job.ts";
import type { KnownFields } from "../../known-fields.ts";
import { closest } from "../../schema/closest.ts";
import { transformed } from "../../schema/custom.ts";
import {
  aboutComponentProperties,
  aboutComponentType,
  aboutInputs,
  aboutOutputs,
  aboutPipeline,
} from "../../schema/descriptions.ts";
import { enumOf } from "../../schema/enums.ts";
import { fields } from "../../schema/fields.ts";
import { adjustJsonSchema } from "../../schema/json-schema.ts";
import { anyMapping, boolean } from "../../schema/scalars.ts";
import { optional, type Schema } from "../../schema/schema.ts";
import { commonComponentFields, componentField, componentOptions } from "./components/components.ts";
import { boundInput } from "./nodes/node-fields.ts";
import { printedParallelNode } from "./nodes/parallel.ts";
import { nodes, withOpenPorts } from "./nodes.ts";

const registered = (value: string): boolean => value.startsWith("azureml:");

/** `azureml:cpu` for `cpu`, for a compute or a datastore. */
function withPrefix(value: string): string | undefined {
  const name = value.replace(/^azureml:/i, "");
  return /^[a-z0-9][\w-]*$/i.test(name) && !/^local$/i.test(name) ? `azureml:${name}` : undefined;
}

const serverless = "serverless";
const isServerless = (value: string): boolean => /^(?:azureml:)?serverless$/i.test(value);

export const settingNames = [
  "default_compute",
  "default_datastore",
  "continue_on_step_failure",
  "force_rerun",
] as const;

const settings = fields(
  {
    default_compute: optional(
      reference((value) => registered(value) || isServerless(value), "azureml:NAME or serverless", {
        normalize: (value) => (isServerless(value) ? serverless : value),
        suggest: (value) => closest(value.toLowerCase(), [serverless]) ?? withPrefix(value),
        pattern: "^(?:azureml:|(?:[aA][zZ][uU][rR][eE][mM][lL]:)?[sS][eE][rR][vV][eE][rR][lL][eE][sS][sS]$)",
      }),
      "Compute of nodes without their own: `azureml:NAME` or `serverless`.",
    ),
    default_datastore: optional(
      reference(registered, "azureml:NAME", { pattern: "^azureml:", suggest: withPrefix }),
      "Datastore of outputs without a path: `azureml:NAME`.",
    ),
    continue_on_step_failure: optional(boolean, "Whether nodes that do not depend on a failed node still run."),
    force_rerun: optional(boolean, "Whether nodes run again even if the result of an earlier run could be reused."),
  },
  // The SDK sends unknown settings unchanged.
  { unknown: "keep" },
);

/** @see azure/ai/ml/_schema/pipeline/pipeline_job.py */
export const pipelineJobFields = fields(
  {
    ...baseFields,
    settings: optional(settings, "Settings of all nodes."),
    inputs: optional(inputs, aboutInputs),
    outputs: optional(outputs, aboutOutputs),
    jobs: optional(nodes, "Steps of the pipeline, by name."),
    component: optional(componentField(undefined), aboutPipeline),
  },
  { readOnly: readOnlyFields.filter((name) => name !== "parameters"), ignored: ["type"], expected: "a job" },
);

adjustJsonSchema(pipelineJobFields, withOpenPorts);
export type PipelineJobFields = z.infer<typeof pipelineJobFields>;

/** A pipeline component, in a file of its own. @see PipelineComponentSchema of the SDK */
export const pipelineComponent: Schema<Mapping> = transformed<Mapping, Mapping>(
  fields(
    {
      ...commonComponentFields,
      type: optional(enumOf(["pipeline"]), aboutComponentType),
      properties: optional(anyMapping, aboutComponentProperties),
      jobs: optional(nodes, "Steps of the pipeline, by name."),
    },
    componentOptions,
  ),
  (given) => ({ ...given, type: "pipeline" }),
);

/** A job of several steps. @see azure.ai.ml.entities.PipelineJob */
export class PipelineJob extends Job<PipelineJobFields> {
  constructor(given: PipelineJobFields, known?: KnownFields) {
    super("pipeline", given, known);
  }

  protected override get schema(): Schema<PipelineJobFields> {
    return pipelineJobFields;
  }

  /** Node name -> node in its printed form, with its component. */
  get jobs(): Readonly<Record<string, Mapping>> {
    return this.fields.jobs ?? {};
  }
  get settings(): PipelineJobFields["settings"] {
    return this.fields.settings;
  }
  get inputs(): Readonly<Record<string, InputField>> {
    return this.fields.inputs ?? {};
  }
  get outputs(): Readonly<Record<string, OutputField>> {
    return this.fields.outputs ?? {};
  }
  /** The registered component, or the path of the component file, that the job runs. */
  get component(): PipelineJobFields["component"] {
    return this.fields.component;
  }
  get identity(): PipelineJobFields["identity"] {
    return this.fields.identity;
  }

  protected override get dumpDefaults(): Mapping {
    return {};
  }

  /** The SDK does not print empty values of a pipeline, except outputs that are null. */
  protected override printedDump(dump: Mapping): Mapping {
    const { inputs: own, outputs: given, jobs: nodes, ...rest } = dump;
    const inputs = isMapping(own)
      ? Object.fromEntries(
          Object.entries(own).map(([name, value]) => [name, value === undefined ? value : boundInput(value)]),
        )
      : undefined;
    const jobs = isMapping(nodes) ? mapValues(nodes, printedNode) : undefined;
    const kept = given === undefined ? undefined : withoutEmpty(given, true);
    return {
      ...((withoutEmpty({ ...rest, inputs, jobs }) ?? {}) as Mapping),
      ...defined({ outputs: kept }),
    };
  }
}

function printedNode(node: Value | undefined): Value | undefined {
  return isMapping(node) && node.type === "parallel" ? printedParallelNode(node) : node;
}

/** Fields that the SDK prints even if they are empty. */
const printedWhenEmpty: readonly string[] = [
  "limits",
  "resources",
  "environment",
  "featurization",
  "forecasting",
  "training_parameters",
];

/** A copy without nulls and empty mappings at every level, except within conda files. */
function withoutEmpty(value: Value, keepsNull = false): Value | undefined {
  if (value === null) return undefined;
  if (Array.isArray(value)) return value.map((item: Value) => (isMapping(item) ? (withoutEmpty(item) ?? {}) : item));
  if (!isMapping(value)) return value;
  // Copied only on the first change, because most mappings have no empty members.
  let copy: Record<string, Value | undefined> | undefined;
  let count = 0;
  for (const key of Object.keys(value)) {
    const member = value[key];
    const printed = printedMember(key, member, keepsNull);
    if (printed !== undefined) count++;
    if (printed !== member) {
      copy ??= Object.assign(Object.create(null), value) as Record<string, Value | undefined>;
      copy[key] = printed;
    }
  }
  return count === 0 ? undefined : (copy ?? value);
}

/** A member of a mapping without nulls and empty mappings; undefined if nothing of it is printed. */
function printedMember(key: string, member: Value | undefined, keepsNull: boolean): Value | undefined {
  if (member === undefined || key === "conda_file" || (keepsNull && member === null)) return member;
  const isPrintedEmpty = printedWhenEmpty.includes(key) && isMapping(member);
  return withoutEmpty(member, key === "early_termination") ?? (isPrintedEmpty ? {} : undefined);
}
