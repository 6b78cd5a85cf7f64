import type { SparkJob } from "../../../core/job/types/spark/job.ts";
import { pythonText } from "../../../core/yaml/python-text.ts";
import { type Mapping, mapValues, type Value } from "../../../core/yaml/value.ts";
import { type AssetResolver, codeId, computeId } from "./asset-ids/asset-ids.ts";
import { environmentId } from "./fields/environment.ts";
import { inputsToRest, outputsToRest } from "./fields/inputs-outputs.ts";
import { baseToRest } from "./fields/run-settings.ts";
import { sparkEntryToRest } from "./fields/spark-entry.ts";
import { ifDefined } from "./values/optional.ts";

/** The REST body of a Spark job. @see SparkJob._to_rest_object */
export function sparkToRest({ fields }: SparkJob, assets: AssetResolver): Mapping {
  const { code, compute, environment, conf = {}, entry, resources, inputs = {}, outputs = {} } = fields;
  const { py_files, jars, files, archives, args } = fields;
  const { services: _services, ...base } = baseToRest(fields, "Spark");
  return {
    ...base,
    codeId: ifDefined(code, (path) => codeId(path, assets)),
    computeId: ifDefined(compute, (name) => computeId(name, assets)),
    environmentId: environmentId(environment as Value | undefined, assets),
    conf: mapValues(conf, (value) => pythonText(value ?? null)),
    entry: sparkEntryToRest(entry),
    pyFiles: py_files,
    jars,
    files,
    archives,
    args,
    resources: ifDefined(resources, ({ instance_type, runtime_version }) => ({
      instanceType: instance_type,
      runtimeVersion: runtime_version,
    })),
    inputs: inputsToRest(inputs, assets),
    outputs: outputsToRest(outputs),
  };
}
