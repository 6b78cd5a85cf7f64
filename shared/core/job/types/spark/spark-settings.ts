/** Fields that spark jobs, nodes and components share. @see azure/ai/ml/_schema/job/parameterized_spark.py */

import { exactInteger } from "../../../yaml/resolve-scalar.ts";
import { isMapping, type Mapping, type Value } from "../../../yaml/value.ts";
import { type EnvironmentField, environment } from "../../fields/environment.ts";
import { code } from "../../fields/references.ts";
import { listOf, lookUp, oneOf } from "../../schema/containers.ts";
import { custom, parsePart, transformed } from "../../schema/custom.ts";
import {
  aboutArguments,
  aboutConf,
  aboutEntry,
  aboutMachine,
  aboutRuntime,
  aboutSparkEnvironment,
} from "../../schema/descriptions.ts";
import { lower } from "../../schema/enums.ts";
import { fields } from "../../schema/fields.ts";
import { addIssue, wrongType } from "../../schema/issues.ts";
import { anythingButNull, text, version } from "../../schema/scalars.ts";
import { optional, required, type Schema } from "../../schema/schema.ts";
import { show } from "../../schema/show.ts";

/** Short name -> full name of a setting; each is printed under its full name. */
const shortNames: Readonly<Record<string, string>> = {
  driver_cores: "spark.driver.cores",
  driver_memory: "spark.driver.memory",
  executor_cores: "spark.executor.cores",
  executor_memory: "spark.executor.memory",
  executor_instances: "spark.executor.instances",
  dynamic_allocation_enabled: "spark.dynamicAllocation.enabled",
  dynamic_allocation_min_executors: "spark.dynamicAllocation.minExecutors",
  dynamic_allocation_max_executors: "spark.dynamicAllocation.maxExecutors",
};
/** The full names of the settings that Azure ML reads itself. */
export const sparkSettingNames: readonly string[] = Object.values(shortNames);
const longNames = new Set(sparkSettingNames);

/** Whether a name is the full name of a setting that Azure ML reads itself. */
export const isSparkSetting = (name: string): boolean => longNames.has(name);

/** Whether the SDK ignores a setting with this value. */
const isUnset = (value: Value | undefined): boolean =>
  value === undefined || value === 0 || value === false || value === "";

/** The integer of a text of digits; any other value unchanged. */
function readInteger(setting: Value): Value {
  // Python rejects longer integers.
  const isInteger = typeof setting === "string" && /^[0-9]{1,4300}$/.test(setting);
  return isInteger ? exactInteger(BigInt(setting)) : setting;
}

/** A configuration; a setting under its full name takes precedence over one under its short name. */
export const sparkConf: Schema<Mapping> = custom(
  (value, payload, context) => {
    if (!isMapping(value)) return wrongType(payload, "a mapping");
    const conf: Record<string, Value> = Object.create(null);
    for (const key of Object.keys(value)) {
      const setting = parsePart(anythingButNull, value[key], payload, context, key);
      const name = lookUp(shortNames, key) ?? key;
      if (setting === undefined || (name !== key && Object.hasOwn(value, name))) continue;
      if (!longNames.has(name)) conf[name] = setting;
      else if (!isUnset(setting)) conf[name] = readInteger(setting);
    }
    return conf;
  },
  () => ({
    type: "object",
    properties: Object.fromEntries(
      Object.entries(shortNames).flatMap(([short, long]) =>
        [short, long].map((name) => [name, { ...settingSchema, description: `Spark setting \`${long}\`.` }]),
      ),
    ),
    additionalProperties: settingSchema,
  }),
);
const settingSchema = { not: { type: "null" } };

/** Whether a configuration enables dynamic allocation of executors, as in the SDK. */
export function hasDynamicAllocation(conf: Mapping): boolean {
  const enabled = conf["spark.dynamicAllocation.enabled"];
  return enabled === true || (typeof enabled === "string" && lower(enabled) === "true");
}

/** A configuration with the initial number of executors, which is the minimum if allocation is dynamic. */
export function withInitialExecutors(conf: Mapping): Mapping {
  const minimum = conf["spark.dynamicAllocation.minExecutors"];
  if (!hasDynamicAllocation(conf) || minimum === undefined || conf["spark.executor.instances"] !== undefined)
    return conf;
  return Object.assign(Object.create(null), conf, { "spark.executor.instances": minimum });
}

/**
 * The configuration of a node merged over that of its component. A node with unknown settings inherits only the known
 * settings of its component.
 */
export function mergeConf(own: Mapping, component: Mapping): Mapping {
  const other = Object.keys(own).some((name) => !longNames.has(name)) ? {} : component;
  const known = Object.fromEntries(Object.entries(component).filter(([name]) => longNames.has(name)));
  return Object.assign(Object.create(null), other, known, own);
}

const fileEntry = fields({ file: required(text, "Script to run, relative to the code folder.") });
const classEntry = fields({ class_name: required(text, "Class to run; not yet supported by Azure ML.") });

/** The entry point: a file, or a class, which Azure ML does not support yet. */
export type SparkEntry = { readonly file: string } | { readonly class_name: string };

export const sparkEntry: Schema<SparkEntry> = oneOf<SparkEntry>(
  (value) =>
    isMapping(value) && Object.hasOwn(value, "class_name") && !Object.hasOwn(value, "file") ? classEntry : fileEntry,
  "a mapping with a file",
  [fileEntry, classEntry],
);

const texts = listOf(text);

/** A list without duplicates. */
const distinct = transformed<readonly string[], readonly string[]>(texts, (list, payload) => {
  for (const [index, item] of list.entries()) {
    if (list.indexOf(item) !== index)
      addIssue(payload, "conflict", `is ${show(item)}, which is already in the list.`, { path: [index] });
  }
  return list;
});

/** Lists of files that are distributed with the code. */
export const sparkFileLists = {
  py_files: optional(distinct, "Python files, eggs and zips that the script imports."),
  jars: optional(distinct, "Jar files for the driver and the executors."),
  files: optional(distinct, "Files that are copied into the working folder of each executor."),
  archives: optional(distinct, "Archives that are unpacked into the working folder of each executor."),
};

/** Spark uses only the conda file of an environment, but the environment needs an image. */
const anyImage = "conda/miniconda3";

export const sparkEnvironment: Schema<EnvironmentField | undefined> = custom(
  (value, payload, context) => {
    if (value === null) return undefined;
    const isWithout = isMapping(value) && value.image === undefined && value.build === undefined;
    const given = isWithout ? { ...value, image: anyImage } : value;
    return parsePart(environment, given, payload, context);
  },
  (convert) => ({ anyOf: [convert(environment), { type: "null" }] }),
);

export const sparkSettings = {
  code: optional(code, "Folder with the script: a path relative to the job file, a URL, or a registered asset."),
  entry: required(sparkEntry, aboutEntry),
  ...sparkFileLists,
  conf: optional(sparkConf, aboutConf),
  environment: optional(sparkEnvironment, aboutSparkEnvironment),
  args: optional(text, aboutArguments),
};

export const sparkResources = fields({
  instance_type: optional(text, aboutMachine),
  runtime_version: optional(version, aboutRuntime),
});

/** The machine types that spark supports. */
export const sparkInstanceTypes = [
  "standard_e4s_v3",
  "standard_e8s_v3",
  "standard_e16s_v3",
  "standard_e32s_v3",
  "standard_e64s_v3",
] as const;

export function isSparkInstanceType(name: unknown): boolean {
  return typeof name === "string" && sparkInstanceTypes.some((machine) => machine === lower(name));
}

/** The default identity of a spark job or node. */
export function defaultSparkIdentity({ compute, resources }: Mapping): Mapping {
  if (compute !== undefined) return { identity: { type: "managed_identity" } };
  return resources === undefined ? {} : { identity: { type: "user_identity" } };
}
