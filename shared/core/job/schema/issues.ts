/** Issues of a parse: zod's own codes where it has them, and `custom` issues with a code of ours. */
import * as z from "zod/mini";
import { defined } from "../../../lib/defined.ts";
import type { Diagnostic, DiagnosticCode, Fix } from "../../diagnostic.ts";
import { closest } from "./closest.ts";
import { show } from "./show.ts";

/** A value while it is parsed, with the issues found so far. */
export type Payload = z.core.ParsePayload;

interface IssueDetails {
  /** From the parsed value to the place; the value itself by default. */
  readonly path?: readonly PropertyKey[];
  readonly fix?: Fix | undefined;
}

/** Adds an issue with a code of ours; the message begins with a verb. Returns a value that is never used. */
export function addIssue(
  payload: Payload,
  code: DiagnosticCode,
  message: string,
  { path = [], fix }: IssueDetails = {},
): never {
  payload.issues.push({ code: "custom", message, path: [...path], input: payload.value, params: { code, fix } });
  return z.NEVER;
}

/** Adds zod's issue for a value of a wrong type. Returns a value that is never used. */
export function wrongType(payload: Payload, expected: string): never {
  payload.issues.push({ code: "invalid_type", expected, input: payload.value });
  return z.NEVER;
}

/** Adds zod's issue for a value, at `key`, that is none of these words. Returns a value that is never used. */
export function wrongWord(payload: Payload, value: unknown, words: readonly string[], key?: string): never {
  const path = key === undefined ? [] : [key];
  payload.issues.push({ code: "invalid_value", values: [...words], input: value, path });
  return z.NEVER;
}

/** Marks an issue of a required field, so that its message does not advise to leave the field out. */
export function markRequired(issue: z.core.$ZodRawIssue): void {
  issue.required = true;
}

/** zod's error map: the messages of issues that come without one. */
export const messageOf: z.core.$ZodErrorMap = (issue) => {
  if (issue.code === "invalid_type") {
    const expected = containers[issue.expected] ?? issue.expected;
    if (issue.input === undefined) return "is missing.";
    if (issue.input === null)
      return `has no value; expected ${expected}${issue.required === true ? "." : ", or leave the field out."}`;
    return `is ${show(issue.input)}; expected ${expected}.`;
  }
  if (issue.code !== "invalid_value") return undefined;
  const words = issue.values.length === 1 ? String(issue.values[0]) : `one of ${issue.values.join(", ")}`;
  if (issue.input === undefined) return `is missing; expected ${words}.`;
  if (issue.input === null) return `has no value; expected ${words}.`;
  return `is ${show(issue.input)}; expected ${words}.`;
};

/** Names of what zod's own types expect. */
const containers: Readonly<Record<string, string>> = { array: "a list" };

/** The diagnostic of an issue that has its message and its input. */
export function diagnosticOf(issue: z.core.$ZodIssue): Diagnostic {
  const { path, message } = issue;
  const severity = "error";
  if (issue.code === "custom") {
    const { code, fix } = issue.params as { readonly code: DiagnosticCode; readonly fix?: Fix };
    return { severity, code, path, message, ...defined({ fix }) };
  }
  if (issue.input === undefined) return { severity, code: "missing_field", path, message };
  if (issue.input === null) return { severity, code: "null_not_allowed", path, message };
  if (issue.code !== "invalid_value") return { severity, code: "wrong_type", path, message };
  const replaceWith = typeof issue.input === "string" ? closest(issue.input, issue.values.map(String)) : undefined;
  return {
    severity,
    code: "not_allowed",
    path,
    message,
    ...(replaceWith === undefined ? {} : { fix: { replaceWith } }),
  };
}
