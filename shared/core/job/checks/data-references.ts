/** Checks references to data that is not in the bundle. */

import type { Report } from "../../diagnostic.ts";
import { isMapping, type Value } from "../../yaml/value.ts";
import { isDataReference, isLocalDataPath, withSlashes } from "../fields/references.ts";
import { show } from "../schema/show.ts";

const dataReferences =
  "azureml:NAME:VERSION, azureml:NAME@LABEL, azureml://..., a URL or a path relative to the job file";

/** Checks the references of the inputs of a node. */
export function checkInputReferencePaths(inputs: Value | undefined, report: Report): void {
  if (!isMapping(inputs)) return;
  for (const [name, input] of Object.entries(inputs)) {
    if (!isMapping(input) || typeof input.path !== "string" || input.path === "" || isLocalDataPath(input.path))
      continue;
    checkDataReference(input.path, ["inputs", name, "path"], report);
  }
}

/** Checks a reference to data outside the bundle. */
export function checkDataReference(path: string, fieldPath: readonly PropertyKey[], report: Report): void {
  if (path.includes("${{") || isDataReference(path)) return;
  const mended = withSlashes(path);
  report({
    code: "invalid_reference",
    message: `is ${show(path)}; expected ${dataReferences}.`,
    path: fieldPath,
    severity: "blocker",
    ...(mended === undefined ? {} : { fix: { replaceWith: mended } }),
  });
}
