/** Checks references to registered assets. */
import type { Report } from "../../diagnostic.ts";
import { isMapping, type Value } from "../../yaml/value.ts";
import { type AssetKind, referenceProblem } from "../fields/asset-references.ts";

/** Reports a reference that Azure ML cannot look up; values that are no reference are not checked. */
export function checkAssetReference(
  value: Value | undefined,
  kind: AssetKind,
  path: readonly PropertyKey[],
  report: Report,
): void {
  const problem = typeof value === "string" ? referenceProblem(value, kind) : undefined;
  if (problem === undefined) return;
  const { message, guess } = problem;
  report({
    severity: "blocker",
    code: "invalid_reference",
    message,
    path,
    ...(guess === undefined ? {} : { fix: { replaceWith: guess } }),
  });
}

/** Checks the reference of a registered environment, or the id of an inline one; an empty id counts as none. */
export function checkEnvironmentReference(
  environment: Value | undefined,
  path: readonly PropertyKey[],
  report: Report,
): void {
  if (!isMapping(environment)) checkAssetReference(environment, "environments", path, report);
  else if (environment.id !== "azureml:") checkAssetReference(environment.id, "environments", [...path, "id"], report);
}
