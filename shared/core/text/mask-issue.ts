import { type Issue, type PatchOperation, parsePointer, pointer } from "../issues.ts";
import { isMapping } from "../yaml/value.ts";
import { maskText, maskValue } from "./mask-secrets.ts";

/** Masks the secrets in an issue, whose texts contain keys and values of the payload. */
export function maskIssue<I extends Issue>(issue: I): I {
  const { suggestion } = issue;
  const masked = { ...issue, pointer: maskPointer(issue.pointer), message: maskText(issue.message) };
  return suggestion === undefined ? masked : { ...masked, suggestion: suggestion.map(maskOperation) };
}

function maskOperation(operation: PatchOperation): PatchOperation {
  const path = maskPointer(operation.path);
  if (operation.op === "move") return { ...operation, path, from: maskPointer(operation.from) };
  return operation.op === "remove" ? { ...operation, path } : { ...operation, path, value: maskPlain(operation.value) };
}

function maskPlain(value: unknown): unknown {
  if (typeof value === "string") return maskText(value);
  if (Array.isArray(value)) return value.map(maskPlain);
  return isMapping(value) ? maskValue(value) : value;
}

function maskPointer(text: string): string {
  return pointer(parsePointer(text).map(maskText));
}
