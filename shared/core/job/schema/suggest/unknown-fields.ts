import { pointer } from "../../../issues.ts";
import type { Mapping } from "../../../yaml/value.ts";
import type { Context } from "../custom.ts";
import { addIssue, type Payload } from "../issues.ts";
import type { Shape } from "./shapes.ts";
import { keySuggester } from "./unknown-key.ts";

export const noFields: ReadonlySet<string> = new Set();

/** Limits the time for suggestions: only the first unknown keys get one, because a payload may have thousands. */
const maxSuggestions = 200;

/** Adds an issue for each unknown key; returns the pointers of the fields that the suggestions add. */
export function addUnknownFields(
  payload: Payload,
  input: Mapping,
  keys: readonly string[],
  shape: Shape,
  context: Context,
  removable: readonly string[],
): ReadonlySet<string> {
  const suggested = new Set<string>();
  const moved = new Set<string>();
  const suggest = keySuggester(input, keys.slice(0, maxSuggestions), shape, context, removable);
  for (const [index, key] of keys.entries()) {
    if (moved.has(key)) continue;
    const suggestion = index < maxSuggestions ? suggest(key) : undefined;
    if (suggestion === undefined) {
      addIssue(payload, "unknown_field", "is not a field here.", { path: [key] });
      continue;
    }
    const { hint, fix, fields, keys: fixed = [] } = suggestion;
    for (const field of fields) {
      suggested.add(pointer([field]));
      for (const each of fixed) suggested.add(pointer([field, each]));
    }
    for (const each of fixed) moved.add(each);
    addIssue(payload, "unknown_field", `is not a field here; ${hint}`, { path: [key], fix });
  }
  return suggested;
}
