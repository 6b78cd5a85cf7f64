import { type PatchOperation, pointer } from "../../../issues.ts";
import { isMapping, type Value } from "../../../yaml/value.ts";

/** The replacements of the texts in a value that bind to a node, for its new name. */
export function renamedBindings(
  from: string,
  to: string,
  value: Value | undefined,
  path: readonly PropertyKey[] = [],
): readonly PatchOperation[] {
  if (typeof value === "string") {
    const renamed = value.replaceAll(`parent.jobs.${from}.`, `parent.jobs.${to}.`);
    return renamed === value ? [] : [{ op: "replace", path: pointer(path), value: renamed }];
  }
  if (Array.isArray(value)) return value.flatMap((item, index) => renamedBindings(from, to, item, [...path, index]));
  if (!isMapping(value)) return [];
  return Object.entries(value).flatMap(([key, item]) => renamedBindings(from, to, item, [...path, key]));
}
