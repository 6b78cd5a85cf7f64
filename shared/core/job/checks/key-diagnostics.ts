import type { Diagnostic } from "../../diagnostic.ts";
import type { KeyIssue } from "../../yaml/compose-state.ts";
import type { Value } from "../../yaml/value.ts";
import { requiresTextKey } from "../schema/requires-text-key.ts";
import type { Schema } from "../schema/schema.ts";

/** A job, or a file that the value at a path of the job refers to, with the type of its content. */
export interface CheckedDocument {
  readonly keyIssues: readonly KeyIssue[];
  readonly value: Value;
  readonly type: Schema<unknown>;
  readonly at: readonly PropertyKey[];
}

/** The diagnostics of the duplicate keys, and of the keys that are not text, of a document. */
export function keyDiagnostics({ keyIssues, value, type, at }: CheckedDocument): readonly Diagnostic[] {
  return keyIssues.map(({ kind, path, valueKind }) => {
    const fullPath = [...at, ...path];
    if (kind === "duplicate")
      return {
        severity: "warning",
        code: "duplicate_key",
        message: "is defined twice; the last value is used. Remove the other one.",
        path: fullPath,
      };
    const key = { code: "wrong_key", path: fullPath } as const;
    const [name] = valueKind.split(" (");
    if (mustBeText(type, value, path))
      return { ...key, severity: "error", message: `is ${name}, but a key must be text; quote it.` };
    // The SDK sends JSON, whose keys it makes of numbers, booleans and null only. A conda file is sent as YAML.
    return name === "a date" && !fullPath.includes("conda_file")
      ? { ...key, severity: "blocker", message: `is ${name}, which cannot be sent as a key; quote it.` }
      : { ...key, severity: "warning", message: `is ${name}; it is read as text.` };
  });
}

function mustBeText(type: Schema<unknown>, value: Value, path: readonly string[]): boolean {
  // The SDK does not check the names of environment variables.
  if (path.at(-2) === "environment_variables") return false;
  // The names of a merged mapping have the path of the merge, at which there is no value.
  return path.includes("<<") || requiresTextKey(type, value, path);
}
