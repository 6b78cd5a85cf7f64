/** Explains unknown inputs and outputs by a second block of inputs or outputs, which replaces the first one. */
import type { Diagnostic } from "../../diagnostic.ts";
import type { KeyIssue } from "../../yaml/compose-state.ts";
import { isMapping, type Mapping } from "../../yaml/value.ts";
import { listOfNames } from "../schema/suggest/unknown-key.ts";

/** Replaces diagnostics of names that the first of two blocks defines by one of the duplicate key. */
export function explainDuplicates(
  diagnostics: readonly Diagnostic[],
  keyIssues: readonly KeyIssue[],
): readonly Diagnostic[] {
  return keyIssues.reduce<readonly Diagnostic[]>(
    (left, { path, lost }) => (isMapping(lost) ? explainDuplicate(left, path, lost) : left),
    diagnostics,
  );
}

function explainDuplicate(
  diagnostics: readonly Diagnostic[],
  path: readonly string[],
  lost: Mapping,
): readonly Diagnostic[] {
  const holder = path.slice(0, -1).join("/");
  const isExplained = (diagnostic: Diagnostic): boolean => {
    const { target, path: place } = diagnostic;
    if (target === undefined || target.kind !== path.at(-1) || !Object.hasOwn(lost, target.name)) return false;
    // The command of a trial uses the inputs of its sweep.
    const user = place.slice(0, place.at(-2) === "trial" ? -2 : -1);
    return user.join("/") === holder;
  };
  const explained = diagnostics.filter(isExplained);
  if (explained.length === 0) return diagnostics;
  const names = [...new Set(explained.map(({ target }) => target?.name ?? ""))];
  const message = `is defined twice; the last value is used, which lacks ${listOfNames(names)}. Merge both.`;
  return diagnostics.flatMap((diagnostic) => {
    if (isExplained(diagnostic)) return [];
    const isDuplicate = diagnostic.code === "duplicate_key" && diagnostic.path.join("/") === path.join("/");
    return [isDuplicate ? { ...diagnostic, severity: "blocker", message } : diagnostic];
  });
}
