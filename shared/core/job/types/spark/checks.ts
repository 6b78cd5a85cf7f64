import { defined } from "../../../../lib/defined.ts";
import type { Fix, Report } from "../../../diagnostic.ts";
import { isMapping, type Mapping, numberOf, type Value } from "../../../yaml/value.ts";
import { checkEnvironmentReference } from "../../checks/asset-references.ts";
import { type CodeOwner, checkCode } from "../../checks/check-code.ts";
import { checkInputReferences } from "../../checks/command-references.ts";
import { type CheckContext, contextBelow, joinPath } from "../../checks/local-files.ts";
import { resolveEnvironment } from "../../checks/resolve-environment.ts";
import { similarPath } from "../../checks/similar-path.ts";
import { hasBinding } from "../../fields/bindings.ts";
import { isLocalPath } from "../../fields/references.ts";
import { defineJobType } from "../../job-type.ts";
import { closest } from "../../schema/closest.ts";
import { show } from "../../schema/show.ts";
import { SparkJob, sparkJobFields } from "./job.ts";
import { mendNested } from "./nested-settings.ts";
import {
  hasDynamicAllocation,
  isSparkInstanceType,
  isSparkSetting,
  sparkInstanceTypes,
  sparkSettingNames,
} from "./spark-settings.ts";

/** Checks that a job has either a compute (a pool) or resources (serverless machines). */
function checkComputeOrResources({ compute, resources }: Mapping, report: Report): void {
  if (compute === undefined && resources === undefined)
    report({
      code: "incomplete",
      message: "and compute are both missing; a spark job needs one of them.",
      path: ["resources"],
      severity: "blocker",
    });
  if (compute !== undefined && resources !== undefined)
    report({
      code: "conflict",
      message: "and compute cannot be used together; remove one of them.",
      path: ["resources"],
      severity: "blocker",
    });
  if (!isMapping(resources)) return;
  const { instance_type, runtime_version } = resources;
  const machine = ["resources", "instance_type"];
  if ((instance_type ?? "") === "")
    report({ code: "incomplete", message: "is missing.", path: machine, severity: "blocker" });
  else if (!isSparkInstanceType(instance_type) && !hasBinding(instance_type))
    report({
      code: "not_allowed",
      message: `is ${show(instance_type)}; expected one of ${sparkInstanceTypes.join(", ")}.`,
      path: machine,
      severity: "blocker",
      ...replacement(closest(String(instance_type), sparkInstanceTypes)),
    });
  if (runtime_version === undefined)
    report({ code: "incomplete", message: "is missing.", path: ["resources", "runtime_version"], severity: "blocker" });
  else checkRuntime(runtime_version, report);
}

/** Integers as Python's int() reads them, separated by dots. @see NumberVersionField of the SDK */
const numberVersion = /^\s*[+-]?\d+(?:_\d+)*\s*(?:\.\s*[+-]?\d+(?:_\d+)*\s*)*$/;

function checkRuntime(version: Value, report: Report): void {
  if (typeof version !== "string" || numberVersion.test(version)) return;
  const [, numbers] = /^v(\d+(?:\.\d+)*)$/i.exec(version) ?? [];
  report({
    code: "not_allowed",
    message: `is ${show(version)}; expected numbers separated by dots, e.g. "3.4".`,
    path: ["resources", "runtime_version"],
    severity: "error",
    ...(numbers === undefined ? {} : { fix: { replaceWith: numbers } }),
  });
}

/** A fix that replaces a value; nothing if there is no replacement. */
function replacement(replaceWith: string | undefined): { readonly fix?: Fix } {
  return replaceWith === undefined ? {} : { fix: { replaceWith } };
}

const requiredSettings = ["spark.driver.cores", "spark.driver.memory", "spark.executor.cores", "spark.executor.memory"];
const instances = "spark.executor.instances";
const minExecutors = "spark.dynamicAllocation.minExecutors";
const maxExecutors = "spark.dynamicAllocation.maxExecutors";

/** Reports the setting that stands for a missing one under a misspelled name; returns whether there is one. */
function isMisspelt(missing: string, conf: Mapping, report: Report): boolean {
  const key = Object.keys(conf).find((name) => !isSparkSetting(name) && closest(name, sparkSettingNames) === missing);
  if (key === undefined) return false;
  report({
    code: "incomplete",
    message: `is not a setting of spark; did you mean ${missing}?`,
    path: ["conf", key],
    severity: "blocker",
    fix: { renameTo: missing },
  });
  return true;
}

/** @see _validate_spark_configurations of the SDK */
function checkConf(written: Mapping, report: Report): void {
  const conf = mendNested(written, requiredSettings, report);
  const dynamic = hasDynamicAllocation(conf);
  const needed = dynamic ? [...requiredSettings, minExecutors, maxExecutors] : [...requiredSettings, instances];
  const missing = needed.filter((name) => conf[name] === undefined).filter((name) => !isMisspelt(name, conf, report));
  if (missing.length > 0)
    report({ code: "incomplete", message: `is missing ${missing.join(", ")}.`, path: ["conf"], severity: "blocker" });
  if (!dynamic) {
    for (const name of [minExecutors, maxExecutors]) {
      if (conf[name] !== undefined)
        report({
          code: "conflict",
          message: "requires spark.dynamicAllocation.enabled: true.",
          path: ["conf", name],
          severity: "blocker",
        });
    }
    return;
  }
  const [lower, upper, count] = [minExecutors, maxExecutors, instances].map((name) => numberOf(conf[name]));
  if (lower === undefined || upper === undefined) return;
  if (lower < 1 || lower > upper)
    report({
      code: "out_of_range",
      message: `is ${lower}; expected 1 to ${maxExecutors}, ${upper}.`,
      path: ["conf", minExecutors],
      severity: "blocker",
    });
  else if (count !== undefined && (count < lower || count > upper))
    report({
      code: "out_of_range",
      message: `is ${count}; expected ${lower} to ${upper}.`,
      path: ["conf", instances],
      severity: "blocker",
    });
}

/** Checks the code, and that it contains the entry file. */
function checkEntry({ entry, code }: Mapping, owner: CodeOwner, context: CheckContext): void {
  const { report } = context;
  checkCode(context, code, ["code"], owner);
  if (!isMapping(entry)) return;
  const { file, class_name } = entry;
  if (class_name !== undefined)
    report({
      code: "incomplete",
      message: "is a class, which Azure ML does not support yet; use entry.file instead.",
      path: ["entry", "class_name"],
      severity: "blocker",
    });
  else if (file === "")
    report({ code: "incomplete", message: "is empty.", path: ["entry", "file"], severity: "blocker" });
  else if (typeof file === "string" && typeof code === "string" && isLocalPath(code)) {
    const folder = joinPath(context.folder, code);
    if (
      context.files === undefined ||
      folder === undefined ||
      (folder !== "" && context.files.kind(folder) === undefined)
    )
      return;
    const path = joinPath(folder, file);
    if (path === undefined || context.files.kind(path) !== "file")
      report({
        code: "file_not_found",
        message: `is ${show(file)}, which is not in the code folder.`,
        path: ["entry", "file"],
        severity: "blocker",
        ...(path === undefined ? {} : defined({ fix: similarPath(context.files, path) })),
      });
  }
}

/** Checks that inputs or outputs use the mode `direct`. `declared` are the inputs or outputs of the component. */
function checkModes(
  ports: Value | undefined,
  field: "inputs" | "outputs",
  report: Report,
  declared: Value | undefined = {},
): void {
  if (!isMapping(ports)) return;
  for (const [name, port] of Object.entries(ports)) {
    if (!isMapping(port) || hasBinding(port.path) || (field === "outputs" && name === "default")) continue;
    const declaredMode = isMapping(declared) && isMapping(declared[name]) ? declared[name].mode : undefined;
    if (port.mode === "direct" || declaredMode === "direct") continue;
    const path = [field, name, "mode"];
    if (port.mode === undefined)
      report({
        code: "incomplete",
        message: "is missing; expected direct, the only mode of spark.",
        path,
        severity: "blocker",
      });
    else
      report({
        code: "not_allowed",
        message: `is ${show(port.mode)}; expected direct, the only mode of spark.`,
        path,
        severity: "blocker",
        fix: { replaceWith: "direct" },
      });
  }
}

const dataTypes: readonly unknown[] = ["uri_file", "uri_folder", "mltable", undefined];

function checkTypes(inputs: Value | undefined, report: Report): void {
  if (!isMapping(inputs)) return;
  for (const [name, input] of Object.entries(inputs)) {
    if (isMapping(input) && !dataTypes.includes(input.type))
      report({
        code: "not_allowed",
        message: `is ${show(input.type)}; spark supports only data inputs.`,
        path: ["inputs", name, "type"],
        severity: "blocker",
      });
  }
}

/** Checks a spark job, alone or in a pipeline; returns it with the conda file read. */
function checkSparkJob<Job extends Mapping>(job: Job, owner: CodeOwner, context: CheckContext): Job {
  const { report } = context;
  checkComputeOrResources(job, report);
  checkConf(isMapping(job.conf) ? job.conf : {}, report);
  checkEntry(job, owner, context);
  checkModes(job.inputs, "inputs", report);
  checkModes(job.outputs, "outputs", report);
  checkInputReferences(job.args, job.inputs, ["args"], report);
  const environment = resolveEnvironment(context, job.environment, ["environment"]);
  checkEnvironmentReference(environment, ["environment"], report);
  return environment === job.environment ? job : { ...job, environment };
}

/** Checks a spark node; returns it with the conda files read. */
export function checkSparkNode(node: Mapping, context: CheckContext): Mapping {
  const { report } = context;
  const { component } = node;
  if (component === undefined) return checkSparkJob(node, "component", context);
  checkComputeOrResources(node, report);
  if (!isMapping(component)) return node;
  checkConf(isMapping(node.conf) ? node.conf : {}, report);
  const below = contextBelow(context, ["component"]);
  checkEntry(component, "component", below);
  checkModes(node.inputs, "inputs", report, component.inputs);
  checkModes(node.outputs, "outputs", report, component.outputs);
  const environment = resolveEnvironment(below, component.environment, ["environment"]);
  checkEnvironmentReference(environment, ["environment"], below.report);
  return environment === component.environment
    ? node
    : { ...node, environment, component: { ...component, environment } };
}

/** The job type `spark`. */
export const sparkJobType = defineJobType({
  name: "spark",
  schema: sparkJobFields,
  create: (fields, known) => new SparkJob(fields, known),
  check(fields, context) {
    checkTypes(fields.inputs, context.report);
    return checkSparkJob(fields, "job", context);
  },
});
