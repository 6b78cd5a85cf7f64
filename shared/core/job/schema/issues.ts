/** Issues of a parse: zod's own codes where they fit, otherwise `custom` issues with a `DiagnosticCode`. */
import * as z from "zod/mini";
import { defined } from "../../../lib/defined.ts";
import type { Diagnostic, DiagnosticCode, Fix } from "../../diagnostic.ts";
import { pointer } from "../../issues.ts";
import { isMapping } from "../../yaml/value.ts";
import { show } from "./show.ts";
import { similar } from "./suggest/similar.ts";

/** A value while it is parsed, with the issues found so far. */
export type Payload = z.core.ParsePayload;

interface IssueDetails {
  /** Path from the parsed value to the location; empty (the value itself) by default. */
  readonly path?: readonly PropertyKey[];
  readonly fix?: Fix | undefined;
}

/**
 * Adds a `custom` issue. The message begins with a verb, because the path is prepended. The return type `never` lets
 * parse functions return the call.
 */
export function addIssue(
  payload: Payload,
  code: DiagnosticCode,
  message: string,
  { path = [], fix }: IssueDetails = {},
): never {
  payload.issues.push({ code: "custom", message, path: [...path], input: payload.value, params: { code, fix } });
  return z.NEVER;
}

/** Adds zod's issue for a value of a wrong type, with a fix if there is one. Returns `never`, like `addIssue`. */
export function wrongType(payload: Payload, expected: string, fix?: Fix): never {
  payload.issues.push({ code: "invalid_type", expected, input: payload.value, ...defined({ fix }) });
  return z.NEVER;
}

/** Adds zod's issue for a value, at `key`, that is not in the list. Returns `never`, like `addIssue`. */
export function wrongValue(payload: Payload, value: unknown, allowed: readonly string[], key?: string): never {
  const path = key === undefined ? [] : [key];
  const fix = key === undefined ? undefined : swapped(payload.value, key, allowed);
  payload.issues.push({ code: "invalid_value", values: [...allowed], input: value, path, ...defined({ fix }) });
  return z.NEVER;
}

/** Swaps the values of a field and the only other one whose value the field accepts, unless it may be any name. */
function swapped(holder: unknown, key: string, allowed: readonly string[]): Fix | undefined {
  if (!isMapping(holder) || typeof holder[key] !== "string" || similar(holder[key], allowed) !== undefined)
    return undefined;
  const [other, ...more] = Object.keys(holder).filter(
    (each) => !/(?:name|description)$/.test(each) && allowed.some((name) => name === holder[each]),
  );
  if (other === undefined || more.length > 0) return undefined;
  const replace = (field: string, value: unknown) => ({ op: "replace", path: pointer([field]), value }) as const;
  return { up: 1, patch: [replace(key, holder[other]), replace(other, holder[key])] };
}

/** Marks an issue of a required field, so that its message does not suggest removing the field. */
export function markRequired(issue: z.core.$ZodRawIssue): void {
  issue.required = true;
}

/** zod's error map: messages of issues that have none. */
export const messageOf: z.core.$ZodErrorMap = (issue) => {
  if (issue.code === "invalid_type") {
    const expected = containers[issue.expected] ?? issue.expected;
    if (issue.input === undefined) return "is missing.";
    if (issue.input === null)
      return `has no value; expected ${expected}.${issue.required === true ? "" : " Set a value or remove the field."}`;
    return `is ${show(issue.input)}; expected ${expected}.`;
  }
  if (issue.code !== "invalid_value") return undefined;
  const allowed = issue.values.length === 1 ? String(issue.values[0]) : `one of ${issue.values.join(", ")}`;
  if (issue.input === undefined) return `is missing; expected ${allowed}.`;
  if (issue.input === null) return `has no value; expected ${allowed}.`;
  return `is ${show(issue.input)}; expected ${allowed}.`;
};

/** zod's names of types -> their names in messages. */
const containers: Readonly<Record<string, string>> = { array: "a list" };

/** Converts an issue, which must have its message and its input, to a diagnostic. */
export function diagnosticOf(issue: z.core.$ZodIssue): Diagnostic {
  const { path, message } = issue;
  const severity = "error";
  if (issue.code === "custom") {
    const { code, fix } = issue.params as { readonly code: DiagnosticCode; readonly fix?: Fix };
    return { severity, code, path, message, ...defined({ fix }) };
  }
  if (issue.input === undefined) return { severity, code: "missing_field", path, message };
  if (issue.input === null) return { severity, code: "null_not_allowed", path, message };
  if (issue.code !== "invalid_value")
    return { severity, code: "wrong_type", path, message, ...("fix" in issue ? { fix: issue.fix as Fix } : {}) };
  if ("fix" in issue) return { severity, code: "not_allowed", path, message, fix: issue.fix as Fix };
  const allowed = issue.values.map(String);
  const replaceWith = typeof issue.input === "string" ? similar(issue.input, allowed) : wordOf(issue.input, allowed);
  return {
    severity,
    code: "not_allowed",
    path,
    message,
    ...(replaceWith === undefined ? {} : { fix: { replaceWith } }),
  };
}

/** The allowed word that YAML reads as this boolean, e.g. `off`. */
function wordOf(value: unknown, allowed: readonly string[]): string | undefined {
  if (typeof value !== "boolean") return undefined;
  return allowed.find((word) => (value ? /^(?:on|yes|true)$/i : /^(?:off|no|false)$/i).test(word));
}
