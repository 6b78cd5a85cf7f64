/** Values of a job that Azure ML returns, in the terms of YAML. */

import { snake } from "../../../shared/backends/azureml/rest/values/values-from-rest.ts";
import { isMapping, type Mapping, type Value } from "../../../shared/core/yaml/value.ts";

/** Undefined for what is no mapping. */
export function ofMapping<T>(value: Value | undefined, change: (mapping: Mapping) => T): T | undefined {
  return isMapping(value) ? change(value) : undefined;
}

export function textAt(value: Value | undefined): string | undefined {
  return typeof value === "string" ? value : undefined;
}

/** What a text says that is JSON. */
export function jsonFrom(value: Value | undefined): Value | undefined {
  try {
    return typeof value === "string" ? (JSON.parse(value) as Value) : undefined;
  } catch {
    return undefined;
  }
}

/** The word of ours that stands for one of Azure ML's, or else that one in small letters. */
export function wordFrom(words: Readonly<Record<string, string>>, value: Value | undefined): string | undefined {
  if (typeof value !== "string") return undefined;
  const [found] = Object.entries(words).find(([, theirs]) => theirs.toLowerCase() === value.toLowerCase()) ?? [];
  return found ?? snake(value);
}

/** A reference as YAML has it: by name where the asset is in this workspace. @see resolve_azureml_id of the SDK */
export function referenceFrom(value: Value | undefined, workspace: string): string | undefined {
  const id = textAt(value)?.replace(/^azureml:(?=\/subscriptions\/)/i, "");
  if (id === undefined || !/^\/subscriptions\//i.test(id)) return id;
  const within = id.toLowerCase().startsWith(`${workspace.toLowerCase()}/`) ? id.slice(workspace.length + 1) : "";
  const [, name, kind, version] = /^\w+\/([^/]+)(?:\/(versions|labels)\/([^/]+))?$/.exec(within) ?? [];
  if (name === undefined) return `azureml:${id}`;
  return `azureml:${name}${kind === undefined ? "" : `${kind === "labels" ? "@" : ":"}${version}`}`;
}

/** Seconds of an ISO 8601 duration; a binding stays one. */
export function secondsFrom(value: Value | undefined): number | string | undefined {
  if (typeof value !== "string" || value.includes("${{")) return textAt(value);
  const [all, sign, days, hours, minutes, seconds] =
    /^(-?)P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)(?:\.\d+)?S)?)?$/.exec(value) ?? [];
  if (all === undefined) return undefined;
  const total =
    Number(days ?? 0) * 86_400 + Number(hours ?? 0) * 3_600 + Number(minutes ?? 0) * 60 + Number(seconds ?? 0);
  return sign === "-" ? -total : total;
}
