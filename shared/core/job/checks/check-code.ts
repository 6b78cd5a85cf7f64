/** Checks the `code` of jobs and components. */

import type { Value } from "../../yaml/value.ts";
import { isArmIdOf, isLocalPath, isRegistryReference } from "../fields/references.ts";
import { show } from "../schema/show.ts";
import { type CheckContext, checkLocalPath } from "./local-files.ts";

/** What contains the code: a job or the trial of a sweep job, a component, or the task of a parallel component. */
export type CodeOwner = "job" | "component" | "task";

/** Checks a local path, or that the SDK can send the reference. */
export function checkCode(
  context: CheckContext,
  code: Value | undefined,
  fieldPath: readonly PropertyKey[],
  owner: CodeOwner,
): void {
  if (typeof code !== "string") return;
  if (isLocalPath(code)) {
    checkLocalPath(context, code, fieldPath);
    return;
  }
  const problem = remoteProblem(code, owner);
  if (problem === undefined) return;
  const [reason, message] = problem;
  context.report({ code: reason, message, path: fieldPath, severity: "blocker" });
}

/** @see _get_code_type and _resolve_arm_id_for_command_job of the SDK */
function remoteProblem(
  code: string,
  owner: CodeOwner,
): readonly ["incomplete" | "invalid_reference", string] | undefined {
  if (code.startsWith("git+")) return ["incomplete", "is a git URL, which Azure ML does not support yet."];
  if (isRegistryReference(code))
    return owner === "job"
      ? ["invalid_reference", `is ${show(code)}; code from a registry is possible only in components. ${pathInstead}`]
      : undefined;
  if (code.startsWith("azureml:")) {
    if (isArmIdOf(code.slice("azureml:".length), "codes")) return undefined;
    return ["invalid_reference", `is ${show(code)}, which the SDK looks up as a folder. ${pathInstead}`];
  }
  return owner === "component"
    ? ["invalid_reference", `is ${show(code)}; the code of a component cannot be at a URL. ${pathInstead}`]
    : undefined;
}

const pathInstead = "Write a path relative to the job file, or the ARM id of the code: azureml:/subscriptions/...";
