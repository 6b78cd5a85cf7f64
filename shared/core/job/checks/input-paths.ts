/** Checks where the inputs of jobs and nodes are. @see _resolve_job_input of the SDK's job operations */

import type { Report } from "../../diagnostic.ts";
import { isMapping, type Value } from "../../yaml/value.ts";
import { isLocalDataPath, withScheme } from "../fields/references.ts";
import { show } from "../schema/show.ts";
import { checkDataReference } from "./data-references.ts";
import { type CheckContext, checkLocalPath, isAbsolutePath, withoutFileScheme } from "./local-files.ts";

/** Checks the paths of inputs, and that local ones were uploaded. Literal values have no path. */
export function checkInputPaths(
  context: CheckContext,
  inputs: Value | undefined,
  fieldPath: readonly PropertyKey[],
): void {
  if (!isMapping(inputs)) return;
  for (const [name, input] of Object.entries(inputs)) {
    if (!isMapping(input)) continue;
    if (typeof input.path_on_compute === "string")
      checkLocalPath(context, input.path_on_compute, [...fieldPath, name, "path_on_compute"]);
    checkDataPath(context, input.path, [...fieldPath, name, "path"]);
  }
}

/** Checks the model that a job trains. The SDK sends it without a lookup, so its version may be missing. */
export function checkTrainedModel(context: CheckContext, name: string, model: Value | undefined): void {
  const hasNameOnly = isMapping(model) && typeof model.path === "string" && /^azureml:[^/:@]+$/.test(model.path);
  if (!hasNameOnly) checkInputPaths(context, { [name]: model }, []);
}

function checkDataPath(context: CheckContext, path: Value | undefined, fieldPath: readonly PropertyKey[]): void {
  // The SDK loads inputs whose data does not exist yet, so the job stays valid.
  const report: Report = (diagnostic) => context.report({ ...diagnostic, severity: "blocker" });
  if (typeof path !== "string" || path === "")
    report({
      code: "incomplete",
      message: "is missing; set it to the location of the data.",
      path: fieldPath,
      severity: "blocker",
    });
  else if (!isLocalDataPath(path)) checkDataReference(path, fieldPath, report);
  else if (path.startsWith("file:")) reportFileScheme(path, fieldPath, report);
  else if (/[:@]/.test(path) && !isAbsolutePath(path)) reportAssetName(path, fieldPath, report);
  else checkLocalPath({ ...context, report }, path, fieldPath);
}

function reportAssetName(path: string, fieldPath: readonly PropertyKey[], report: Report): void {
  const asset = withScheme(path);
  const problem = `is ${show(path)}, which the SDK reads as an asset, because it contains : or @.`;
  report({
    code: "invalid_reference",
    message: asset === undefined ? `${problem} Rename the file.` : `is ${show(path)}; did you mean ${asset}?`,
    path: fieldPath,
    severity: "blocker",
    ...(asset === undefined ? {} : { fix: { replaceWith: asset } }),
  });
}

function reportFileScheme(path: string, fieldPath: readonly PropertyKey[], report: Report): void {
  const plain = withoutFileScheme(path);
  report({
    code: "invalid_reference",
    message: `is ${show(path)}; the SDK does not upload a path with file:. Write a path relative to the job file.`,
    path: fieldPath,
    severity: "blocker",
    ...(isAbsolutePath(plain) ? {} : { fix: { replaceWith: plain } }),
  });
}
