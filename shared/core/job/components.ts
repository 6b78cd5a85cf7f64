/** Components that stand in a pipeline, written inline or in a file of their own. @see azure/ai/ml/_schema/component */
import { isMapping, type Mapping, type Value } from "../yaml/value.ts";
import { bindable } from "./bindings.ts";
import { componentDataInputs, componentInputs, componentOutputs } from "./component-ports.ts";
import { environment } from "./environment.ts";
import { code, isAssetReference, isLocalPath, isRegistryReference, reference } from "./references.ts";
import { distributionOf, queueFields, resourceFields } from "./run-settings.ts";
import {
  anything,
  boolean,
  fields,
  integer,
  jsonSchema,
  listOf,
  lower,
  mapOf,
  oneOf,
  optional,
  type Piece,
  piece,
  readBy,
  text,
  word,
  wrongWord,
} from "./schema.ts";

/** A component of a pipeline is anonymous, so a name and a version that came with it are lost, as in the SDK. */
const anonymous = { name: "azureml_anonymous", version: "1" };
export const componentOptions = {
  readOnly: ["creation_context", "latest_version"],
  ignored: ["name", "version"],
  // They count in the hash that Azure ML knows an anonymous component by.
  unknown: "keep",
  what: "a component",
} as const;

export const componentFields = {
  $schema: optional(text),
  id: optional(text),
  display_name: optional(text),
  description: optional(text),
  tags: optional(mapOf(anything)),
  is_deterministic: optional(boolean),
  inputs: optional(componentInputs),
  outputs: optional(componentOutputs),
};
const resources = fields(resourceFields(), { unknown: "drop" });

/** A component of one type: its fields, and what it has besides. */
export function componentOf(type: string, inner: Piece<object>, defaults: Mapping = {}): Piece<Mapping> {
  return piece(
    (value, report) => {
      const given = isMapping(value) ? value.type : undefined;
      // A component of another type would be wrong in every other field as well.
      if (typeof given === "string" && lower(given) !== type) report(wrongWord(given, [type], ["type"]));
      else return { is_deterministic: true, ...defaults, ...readBy(inner, value, report), ...anonymous, type } as Mapping;
      return {};
    },
    () => jsonSchema(inner),
  );
}

export const commandComponent = componentOf(
  "command",
  fields(
    {
      ...componentFields,
      type: optional(word(["command"])),
      command: text,
      code: optional(code),
      environment,
      // The SDK's schema leaves them out, and its component keeps them.
      environment_variables: optional(anything),
      resources: optional(resources),
      distribution: optional(distributionOf(undefined, { unknown: "drop" })),
      properties: optional(mapOf(anything)),
      additional_includes: optional(listOf(text)),
    },
    componentOptions,
  ),
);

export const parallelTask = fields(
  {
    type: word(["run_function", "model", "function"]),
    code: optional(code),
    entry_script: optional(text),
    program_arguments: optional(text),
    model: optional(text),
    append_row_to: optional(text),
    environment,
  },
  { unknown: "drop" },
);
export const boundParallelTask = fields(
  {
    type: word(["run_function", "model", "function"]),
    code: optional(bindable(code)),
    entry_script: optional(text),
    program_arguments: optional(text),
    model: optional(text),
    append_row_to: optional(text),
    environment: bindable(environment),
  },
  { unknown: "drop" },
);

const batchSize = /^\d+(?:[kKmMgG][bB])*$/;
const units: Readonly<Record<string, bigint>> = { kb: 1024n, mb: 1024n ** 2n, gb: 1024n ** 3n };

/** `10kb` prints as the number of bytes, as text. */
export const miniBatchSize: Piece<string> = piece(
  (value, report) => {
    const size = readBy(text, value, report) ?? "0";
    const unit = /[a-z]{2}$/i.exec(size)?.[0].toLowerCase();
    if (!batchSize.test(size) || /[a-z]{3}/i.test(size)) {
      report({ code: "wrong_type", message: `is ${JSON.stringify(size.slice(0, 40))}; expected a number of items, or of kb, mb or gb, e.g. 10kb.` });
      return size;
    }
    return unit === undefined ? String(BigInt(size)) : String(BigInt(size.slice(0, -2)) * (units[unit] ?? 1n));
  },
  () => ({ type: "string", pattern: batchSize.source }),
);

const retryNumber: Piece<Value> = bindable(integer as Piece<Value>);
export const retrySettings = fields({ timeout: optional(retryNumber), max_retries: optional(retryNumber) }, { unknown: "drop" });

export const loggingLevel = word(["DEBUG", "INFO", "WARNING"], (name) => name);

export const parallelComponent = componentOf(
  "parallel",
  fields(
    {
      ...componentFields,
      type: word(["parallel"]),
      resources: optional(resources),
      logging_level: optional(loggingLevel),
      task: optional(parallelTask),
      mini_batch_size: optional(miniBatchSize),
      partition_keys: optional(listOf(text)),
      input_data: optional(text),
      retry_settings: optional(retrySettings),
      max_concurrency_per_instance: optional(integer),
      error_threshold: optional(integer),
      mini_batch_error_threshold: optional(integer),
    },
    componentOptions,
  ),
  { mini_batch_size: "0" },
);

export const dataCopyMode = word(["merge_with_overwrite", "fail_if_conflict"]);

export const copyComponent = componentOf(
  "data_transfer",
  fields(
    {
      ...componentFields,
      type: optional(word(["data_transfer"])),
      task: word(["copy_data"]),
      data_copy_mode: optional(dataCopyMode),
      inputs: optional(componentDataInputs),
    },
    componentOptions,
  ),
);

/** Whether a component is a file that came along. */
export function isComponentFile(value: unknown): value is string {
  return typeof value === "string" && !value.startsWith("azureml:");
}

const named = reference(
  (value) => isRegistryReference(value) || isAssetReference(value, "components", true) || isLocalPath(value) || value.startsWith("file:"),
  "a path, azureml:NAME, azureml:NAME:VERSION, azureml:NAME@LABEL or azureml://registries/...",
);

/** A registered component, a file that did not come along, or a component written inline. */
export function componentField(inline: Piece<Mapping> | undefined): Piece<string | Mapping> {
  return oneOf<string | Mapping>(
    (value) => (typeof value === "string" ? named : isMapping(value) ? inline : undefined),
    inline === undefined ? "a path or the name of a component" : "a path, the name of a component, or a component",
    inline === undefined ? [named] : [named, inline],
  );
}

export const nodeQueueSettings = fields(queueFields(bindable));
export const nodeResources = fields(resourceFields(bindable));
export const nodeDistribution = bindable(distributionOf(bindable));
