/** Components that stand in a pipeline, written inline or in a file of their own. @see azure/ai/ml/_schema/component */
import { isMapping, type Mapping, type Value } from "../yaml/value.ts";
import { bindable } from "./bindings.ts";
import { componentDataInputs, componentInputs, componentOutputs } from "./component-ports.ts";
import { environment } from "./environment.ts";
import { code, isAssetReference, isLocalPath, isRegistryReference, reference } from "./references.ts";
import { distributionOf, queueFields, resourceFields } from "./run-settings.ts";
import { anything, boolean, fields, integer, listOf, lower, mapOf, oneOf, type Piece, piece, readBy, text, word, wrongWord } from "./schema.ts";

/** A component of a pipeline is anonymous, so a name and a version that came with it are lost, as in the SDK. */
const anonymous = { name: "azureml_anonymous", version: "1" };
const options = {
  readOnly: ["creation_context", "latest_version"],
  ignored: ["name", "version"],
  // They count in the hash that Azure ML knows an anonymous component by.
  unknown: "keep",
  what: "a component",
} as const;

const baseFields = {
  $schema: text.optional(),
  id: text.optional(),
  display_name: text.optional(),
  description: text.optional(),
  tags: mapOf(anything).optional(),
  is_deterministic: boolean.optional(),
  inputs: componentInputs.optional(),
  outputs: componentOutputs.optional(),
};
const resources = fields(resourceFields(), { unknown: "drop" });

function componentOf(type: string, inner: Piece<object>, defaults: Mapping = {}): Piece<Mapping> {
  return piece(
    (value, report) => {
      const given = isMapping(value) ? value.type : undefined;
      // A component of another type would be wrong in every other field as well.
      if (typeof given === "string" && lower(given) !== type) report(wrongWord(given, [type], ["type"]));
      else return { is_deterministic: true, ...defaults, ...readBy(inner, value, report), ...anonymous, type } as Mapping;
      return {};
    },
    () => ({ type: "object" }),
  );
}

export const commandComponent = componentOf(
  "command",
  fields(
    {
      ...baseFields,
      type: word(["command"]).optional(),
      command: text,
      code: code.optional(),
      environment,
      // The SDK's schema leaves them out, and its component keeps them.
      environment_variables: anything.optional(),
      resources: resources.optional(),
      distribution: distributionOf(undefined, { unknown: "drop" }).optional(),
      properties: mapOf(anything).optional(),
      additional_includes: listOf(text).optional(),
    },
    options,
  ),
);

export const parallelTask = fields(
  {
    type: word(["run_function", "model", "function"]),
    code: code.optional(),
    entry_script: text.optional(),
    program_arguments: text.optional(),
    model: text.optional(),
    append_row_to: text.optional(),
    environment,
  },
  { unknown: "drop" },
);
export const boundParallelTask = fields(
  {
    type: word(["run_function", "model", "function"]),
    code: bindable(code).optional(),
    entry_script: text.optional(),
    program_arguments: text.optional(),
    model: text.optional(),
    append_row_to: text.optional(),
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
export const retrySettings = fields({ timeout: retryNumber.optional(), max_retries: retryNumber.optional() }, { unknown: "drop" });

export const loggingLevel = word(["DEBUG", "INFO", "WARNING"], (name) => name);

export const parallelComponent = componentOf(
  "parallel",
  fields(
    {
      ...baseFields,
      type: word(["parallel"]),
      resources: resources.optional(),
      logging_level: loggingLevel.optional(),
      task: parallelTask.optional(),
      mini_batch_size: miniBatchSize.optional(),
      partition_keys: listOf(text).optional(),
      input_data: text.optional(),
      retry_settings: retrySettings.optional(),
      max_concurrency_per_instance: integer.optional(),
      error_threshold: integer.optional(),
      mini_batch_error_threshold: integer.optional(),
    },
    options,
  ),
  { mini_batch_size: "0" },
);

export const dataCopyMode = word(["merge_with_overwrite", "fail_if_conflict"]);

export const copyComponent = componentOf(
  "data_transfer",
  fields(
    {
      ...baseFields,
      type: word(["data_transfer"]).optional(),
      task: word(["copy_data"]),
      data_copy_mode: dataCopyMode.optional(),
      inputs: componentDataInputs.optional(),
    },
    options,
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
