/** Values of a job in their REST form, read back as in YAML. */

import { snake } from "../../../shared/backends/azureml/rest/values/letter-case.ts";
import { isMapping, type Mapping, type Value } from "../../../shared/core/yaml/value.ts";

/** The converted mapping; undefined for any other value. */
export function ofMapping<T>(value: Value | undefined, change: (mapping: Mapping) => T): T | undefined {
  return isMapping(value) ? change(value) : undefined;
}

export function textAt(value: Value | undefined): string | undefined {
  return typeof value === "string" ? value : undefined;
}

/** The value of a JSON text; undefined if it is not one. */
export function jsonFrom(value: Value | undefined): Value | undefined {
  try {
    return typeof value === "string" ? (JSON.parse(value) as Value) : undefined;
  } catch {
    return undefined;
  }
}

/** YAML's word for a word of the REST API; without one, the REST API's word in snake_case. */
export function wordFrom(words: Readonly<Record<string, string>>, value: Value | undefined): string | undefined {
  if (typeof value !== "string") return undefined;
  const [found] = Object.entries(words).find(([, theirs]) => theirs.toLowerCase() === value.toLowerCase()) ?? [];
  return found ?? snake(value);
}

/** A reference as in YAML: by name if the asset is in this workspace. @see resolve_azureml_id of the SDK */
export function referenceFrom(value: Value | undefined, workspace: string): string | undefined {
  const id = textAt(value)?.replace(/^azureml:(?=\/subscriptions\/)/i, "");
  if (id === undefined || !/^\/subscriptions\//i.test(id)) return id;
  const within = id.toLowerCase().startsWith(`${workspace.toLowerCase()}/`) ? id.slice(workspace.length + 1) : "";
  const [, name, kind, version] = /^\w+\/([^/]+)(?:\/(versions|labels)\/([^/]+))?$/.exec(within) ?? [];
  if (name === undefined) return `azureml:${id}`;
  return `azureml:${name}${kind === undefined ? "" : `${kind === "labels" ? "@" : ":"}${version}`}`;
}

/** Seconds of an ISO 8601 duration; a binding stays as it is. */
export function secondsFrom(value: Value | undefined): number | string | undefined {
  if (typeof value !== "string" || value.includes("${{")) return textAt(value);
  const [all, sign, days, hours, minutes, seconds] =
    /^(-?)P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)(?:\.\d+)?S)?)?$/.exec(value) ?? [];
  if (all === undefined) return undefined;
  const total =
    Number(days ?? 0) * 86_400 + Number(hours ?? 0) * 3_600 + Number(minutes ?? 0) * 60 + Number(seconds ?? 0);
  return sign === "-" ? -total : total;
}
