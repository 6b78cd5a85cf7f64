import { type Environment, getSetting } from "../settings/settings.ts";
import type { RegisteredFunction } from "./core-types.ts";

const validName = /^[a-z][a-z0-9_-]{0,127}$/i;

/** Registered functions by name, without those that host.json excludes or whose names are invalid. */
export function selectFunctions(
  registered: Iterable<RegisteredFunction>,
  allowed: readonly string[] | undefined,
  reportError: (functionName: string, reason: string) => void,
): ReadonlyMap<string, RegisteredFunction> {
  const names = allowed?.map((name) => name.toLowerCase());
  const functions = new Map<string, RegisteredFunction>();
  for (const fn of registered) {
    if (names !== undefined && !names.includes(fn.name.toLowerCase())) continue;
    if (!validName.test(fn.name) || fn.name.toLowerCase() === "host")
      reportError(fn.name, `'${fn.name}' is not a valid function name.`);
    else functions.set(fn.name, fn);
  }
  return functions;
}

/** True if a setting disables the function. @see https://learn.microsoft.com/azure/azure-functions/disable-function */
export function isDisabled(functionName: string, env: Environment): boolean {
  const value =
    getSetting(`AzureWebJobs.${functionName}.Disabled`, env) ??
    getSetting(`AzureWebJobs_${functionName}_Disabled`, env);
  return value === "1" || value?.toLowerCase() === "true";
}
