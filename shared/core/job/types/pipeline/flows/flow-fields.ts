/**
 * Fields of prompt flows, and of the runs of prompt flows, that a parallel node can run as its component; other fields
 * are not read.
 * @see azure/ai/ml/_schema/component/flow.py
 */
import type { Mapping } from "../../../../yaml/value.ts";
import { environment } from "../../../fields/environment.ts";
import { listOf, mapOf } from "../../../schema/containers.ts";
import { lower } from "../../../schema/enums.ts";
import { fields } from "../../../schema/fields.ts";
import { boolean, text } from "../../../schema/scalars.ts";
import { optional, type Schema } from "../../../schema/schema.ts";

export const flowType = "promptflow_parallel";
const schemas = "https://azuremlschemas.azureedge.net/promptflow/latest/";
export const flowSchema = `${schemas}Flow.schema.json`;
export const runSchema = `${schemas}Run.schema.json`;

const texts = mapOf(text);
const commonFields = {
  name: optional(text),
  version: optional(text),
  display_name: optional(text),
  description: optional(text),
  tags: optional(texts),
  environment_variables: optional(texts),
  azureml: optional(fields({ environment: optional(environment), is_deterministic: optional(boolean) })),
};
const options = { unknown: "drop", expected: "a prompt flow" } as const;

/** A prompt flow, e.g. `flow.dag.yaml`. */
const flowFields = fields({ ...commonFields, additional_includes: optional(listOf(text)) }, options);

/** A run of a prompt flow, e.g. `run.yml`, whose `flow` is the path of the flow or its folder. */
const runFields = fields(
  {
    ...commonFields,
    flow: optional(text),
    variant: optional(text),
    column_mappings: optional(texts),
    connections: optional(mapOf(texts)),
  },
  options,
);

/** The fields of a prompt flow or a run, by its schema. */
export const flowFieldsOf = ({ $schema }: Mapping): Schema<Mapping> => ($schema === runSchema ? runFields : flowFields);

/** Whether a document is a prompt flow, or a run of one. */
export function isFlow({ $schema, type }: Mapping): boolean {
  if (typeof type === "string") return lower(type) === flowType;
  return type === undefined && ($schema === flowSchema || $schema === runSchema);
}
