/**
 * Components that run a script on mini batches, and the fields that parallel nodes share with them.
 * @see azure/ai/ml/_schema/component/parallel_component.py
 */

import * as z from "zod/mini";
import { bindable } from "../../../fields/bindings.ts";
import { environment } from "../../../fields/environment.ts";
import { code } from "../../../fields/references.ts";
import type { Widen } from "../../../fields/run-settings.ts";
import { listOf } from "../../../schema/containers.ts";
import { custom, parsePart } from "../../../schema/custom.ts";
import {
  aboutBatchErrors,
  aboutBatchSize,
  aboutComponentType,
  aboutConcurrency,
  aboutEnvironment,
  aboutInputData,
  aboutItemErrors,
  aboutLogging,
  aboutPartitions,
  aboutResources,
  aboutRetries,
  aboutTask,
} from "../../../schema/descriptions.ts";
import { enumOf, exact } from "../../../schema/enums.ts";
import { fields } from "../../../schema/fields.ts";
import { addIssue } from "../../../schema/issues.ts";
import { integer, text } from "../../../schema/scalars.ts";
import { optional, required, type Schema } from "../../../schema/schema.ts";
import { componentFields, componentOf, componentOptions, resources } from "../components/components.ts";

function parallelTaskOf(widen: Widen) {
  return fields(
    {
      type: required(enumOf(["run_function", "model", "function"]), "Kind of task that processes the mini batches."),
      code: optional(widen(code), "Folder with the script: a path, a URL, or a registered asset."),
      entry_script: optional(text, "Script whose function `run` is called for each mini batch."),
      program_arguments: optional(text, "Arguments of the script."),
      model: optional(text, "Model to run."),
      append_row_to: optional(text, "Output to which the return values of `run` are appended as rows."),
      environment: required(widen(environment), aboutEnvironment),
    },
    { unknown: "drop" },
  );
}
export const parallelTask = parallelTaskOf((type) => type);
export const boundParallelTask = parallelTaskOf(bindable);

const batchSize = /^\d+(?:[kKmMgG][bB])*$/;
/** Python rejects longer numbers, and arithmetic with them is slow. */
const longestSize = 4300;
const units: Readonly<Record<string, bigint>> = { kb: 1024n, mb: 1024n ** 2n, gb: 1024n ** 3n };

/** A size; `10kb` is printed as the number of bytes, as text. */
export const miniBatchSize: Schema<string> = custom(
  (value, payload, context) => {
    const size = parsePart(text, value, payload, context);
    if (size === undefined) return z.NEVER;
    const unit = /[a-z]{2}$/i.exec(size)?.[0].toLowerCase();
    if (size.length > longestSize || !batchSize.test(size) || /[a-z]{3}/i.test(size))
      return addIssue(
        payload,
        "wrong_type",
        `is ${JSON.stringify(size.slice(0, 40))}; expected a number of items, or a size, e.g. 10kb.`,
      );
    return unit === undefined ? String(BigInt(size)) : String(BigInt(size.slice(0, -2)) * (units[unit] ?? 1n));
  },
  { type: "string", pattern: batchSize.source },
);

const retryNumber = bindable(integer);
export const retrySettings = fields(
  {
    timeout: optional(retryNumber, "Time limit of one mini batch, in seconds."),
    max_retries: optional(retryNumber, "Maximum number of retries of a mini batch."),
  },
  { unknown: "drop" },
);

export const loggingLevel = enumOf(["DEBUG", "INFO", "WARNING"], exact);

export const parallelComponent = componentOf(
  "parallel",
  fields(
    {
      ...componentFields,
      type: required(enumOf(["parallel"]), aboutComponentType),
      resources: optional(resources, aboutResources),
      logging_level: optional(loggingLevel, aboutLogging),
      task: optional(parallelTask, aboutTask),
      mini_batch_size: optional(miniBatchSize, aboutBatchSize),
      partition_keys: optional(listOf(text), aboutPartitions),
      input_data: optional(text, aboutInputData),
      retry_settings: optional(retrySettings, aboutRetries),
      max_concurrency_per_instance: optional(integer, aboutConcurrency),
      error_threshold: optional(integer, aboutItemErrors),
      mini_batch_error_threshold: optional(integer, aboutBatchErrors),
    },
    componentOptions,
  ),
  { mini_batch_size: "0" },
);
