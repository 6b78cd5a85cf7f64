import type { Fix } from "../../diagnostic.ts";
import { type PatchOperation, pointer } from "../../issues.ts";
import type { Document } from "../../yaml/read-document.ts";
import type { Value } from "../../yaml/value.ts";
import { valueAt } from "./written-values.ts";

/**
 * The patch of a value for a fix at this path; undefined if the fix does not apply to it. `document` is the text that
 * the value was read from.
 */
export function toPatch(
  fix: Fix,
  path: readonly PropertyKey[],
  value: Value,
  document: Document | undefined,
): readonly PatchOperation[] | undefined {
  const from = pointer(path);
  if ("quote" in fix) return [{ op: "replace", path: from, value: document?.plainText(from) ?? fix.quote }];
  if ("renameTo" in fix) return [{ op: "move", from, path: pointer([...path.slice(0, -1), fix.renameTo]) }];
  if ("replaceWith" in fix) return [{ op: "replace", path: from, value: fix.replaceWith }];
  if ("replaceBy" in fix) {
    const replacement = fix.replaceBy(valueAt(value, path));
    return replacement === undefined ? undefined : [{ op: "replace", path: from, value: replacement }];
  }
  if ("replaceText" in fix)
    return [{ op: "replace", path: from, value: replaceLast(String(valueAt(value, path)), fix.replaceText, fix.by) }];
  const base = pointer(path.slice(0, path.length - fix.up));
  return fix.patch.map((operation) => ({
    ...operation,
    path: `${base}${operation.path}`,
    ...("from" in operation ? { from: `${base}${operation.from}` } : {}),
  }));
}

function replaceLast(text: string, part: string, by: string): string {
  const at = text.lastIndexOf(part);
  return at < 0 ? text : `${text.slice(0, at)}${by}${text.slice(at + part.length)}`;
}

/** The number of levels above the problem that a fix changes. */
export function upOf(fix: Fix | undefined): number {
  return fix !== undefined && "up" in fix ? fix.up : 0;
}
