/** Suggests where the value of an unknown key belongs: to another name, one level down, or in the place of its mapping. */
import type { Fix } from "../../../diagnostic.ts";
import { type PatchOperation, pointer } from "../../../issues.ts";
import { isMapping, type Mapping } from "../../../yaml/value.ts";
import { requiredFields, type Shape, shapesOf } from "./shapes.ts";
import { likely, related } from "./similar.ts";

/** A suggestion for an unknown key: the end of the message, the fix, and the field that the fix adds. */
export interface Suggestion {
  readonly hint: string;
  readonly fix: Fix;
  readonly field?: string;
  /** The keys that the fix moves, if it moves more than the key itself. */
  readonly keys?: readonly string[];
}

/** Returns a function that suggests a fix for an unknown key of a mapping with these fields. */
export function keySuggester(
  input: Mapping,
  unknownKeys: readonly string[],
  shape: Shape,
): (key: string) => Suggestion | undefined {
  const unused = Object.keys(shape).filter((field) => !Object.hasOwn(input, field));
  return (key) =>
    renamedTo(likely(key, unused)) ??
    movedDown(key, input, unknownKeys, shape) ??
    movedUp(key, input, unused) ??
    renamedTo(related(key, unused));
}

function renamedTo(field: string | undefined): Suggestion | undefined {
  return field === undefined ? undefined : { hint: `did you mean ${field}?`, fix: { renameTo: field }, field };
}

/** `timeout` beside `limits` belongs into it; so do all other unknown keys that are its fields. */
function movedDown(key: string, input: Mapping, unknownKeys: readonly string[], shape: Shape): Suggestion | undefined {
  const targets = Object.keys(shape).flatMap((field) => {
    const existing = input[field];
    const type = shape[field];
    if (type === undefined || !(existing === undefined || isMapping(existing))) return [];
    if (existing !== undefined && Object.hasOwn(existing, key)) return [];
    const inner = shapesOf(type).filter((each) => Object.hasOwn(each, key));
    return inner.length === 0 ? [] : [{ field, existing, inner }];
  });
  const [target, ...others] = targets;
  if (target === undefined || others.length > 0) return undefined;
  const { field, existing, inner } = target;
  const keys = unknownKeys.filter((each) => inner.some((fields) => Object.hasOwn(fields, each)));
  const added = existing ?? {};
  const isComplete = inner.some((fields) =>
    requiredFields(fields).every((name) => keys.includes(name) || Object.hasOwn(added, name)),
  );
  if (!isComplete) return undefined;
  const moves = keys.map((each) => move([each], [field, each]));
  const patch = existing === undefined ? [addMapping(field), ...moves] : moves;
  return { hint: `move ${list(keys)} into ${field}.`, fix: { up: 1, patch }, field, keys };
}

/** A mapping between this one and its fields, which the format does not have: `environment.docker.image`. */
function movedUp(key: string, input: Mapping, unused: readonly string[]): Suggestion | undefined {
  const value = input[key];
  const names = isMapping(value) ? Object.keys(value) : [];
  if (names.length === 0 || names.some((name) => !unused.includes(name))) return undefined;
  const moves = names.map((name) => move([key, name], [name]));
  const patch: readonly PatchOperation[] = [...moves, { op: "remove", path: pointer([key]) }];
  return { hint: `move ${list(names)} out of it.`, fix: { up: 1, patch } };
}

function move(from: readonly string[], to: readonly string[]): PatchOperation {
  return { op: "move", from: pointer(from), path: pointer(to) };
}

function addMapping(field: string): PatchOperation {
  return { op: "add", path: pointer([field]), value: {} };
}

function list(names: readonly string[]): string {
  const last = names.at(-1) ?? "";
  return names.length < 2 ? last : `${names.slice(0, -1).join(", ")} and ${last}`;
}
