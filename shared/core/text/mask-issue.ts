import { type Issue, type PatchOperation, pointer } from "../issues.ts";
import { maskText } from "./mask-secrets.ts";

/** Masks the secrets in an issue, whose texts contain keys and values of the payload. */
export function maskIssue<I extends Issue>(issue: I): I {
  const { suggestion } = issue;
  const masked = { ...issue, pointer: maskPointer(issue.pointer), message: maskText(issue.message) };
  return suggestion === undefined ? masked : { ...masked, suggestion: suggestion.map(maskOperation) };
}

function maskOperation(operation: PatchOperation): PatchOperation {
  const path = maskPointer(operation.path);
  if (operation.op === "move") return { ...operation, path, from: maskPointer(operation.from) };
  if (operation.op === "remove" || typeof operation.value !== "string") return { ...operation, path };
  return { ...operation, path, value: maskText(operation.value) };
}

function maskPointer(text: string): string {
  const parts = text.split("/").slice(1);
  return pointer(parts.map((part) => maskText(part.replaceAll("~1", "/").replaceAll("~0", "~"))));
}
