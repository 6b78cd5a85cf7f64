import type { SparkEntry } from "../../../core/job/types/spark/fields.ts";
import type { SparkJob } from "../../../core/job/types/spark/job.ts";
import { pythonText } from "../../../core/yaml/python-text.ts";
import { type Mapping, mapValues, type Value } from "../../../core/yaml/value.ts";
import { type AssetResolver, codeId, computeId } from "./asset-ids/asset-ids.ts";
import { environmentId } from "./fields/environment.ts";
import { inputsToRest, outputsToRest } from "./fields/inputs-outputs.ts";
import { baseToRest } from "./fields/run-settings.ts";

export function entryToRest(entry: SparkEntry): Mapping {
  if ("file" in entry) return { file: entry.file, sparkJobEntryType: "SparkJobPythonEntry" };
  return { className: entry.class_name, sparkJobEntryType: "SparkJobScalaEntry" };
}

/** @see SparkJob._to_rest_object */
export function sparkToRest({ fields }: SparkJob, assets: AssetResolver): Mapping {
  const {
    code,
    compute,
    environment,
    conf = {},
    entry,
    py_files,
    jars,
    files,
    archives,
    args,
    resources,
    inputs = {},
    outputs = {},
  } = fields;
  const { services: _services, ...base } = baseToRest(fields, "Spark");
  return {
    ...base,
    codeId: code === undefined ? undefined : codeId(code, assets),
    computeId: compute === undefined ? undefined : computeId(compute, assets),
    environmentId: environmentId(environment as Value | undefined, assets),
    conf: mapValues(conf, (value) => pythonText(value ?? null)),
    entry: entryToRest(entry),
    pyFiles: py_files,
    jars,
    files,
    archives,
    args,
    resources:
      resources === undefined
        ? undefined
        : { instanceType: resources.instance_type, runtimeVersion: resources.runtime_version },
    inputs: inputsToRest(inputs, assets),
    outputs: outputsToRest(outputs),
  };
}
