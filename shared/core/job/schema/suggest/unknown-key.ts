/** Suggests where the value of an unknown key belongs: to another name, one level down, or in the place of its mapping. */
import type { Fix } from "../../../diagnostic.ts";
import { type PatchOperation, pointer } from "../../../issues.ts";
import { isMapping, type Mapping, type Value } from "../../../yaml/value.ts";
import { itemTypeOf, requiredFields, type Shape, shapesOf } from "./shapes.ts";
import { likely, related } from "./similar.ts";

/** A suggestion for an unknown key: the end of the message, the fix, and the fields that the fix adds. */
export interface Suggestion {
  readonly hint: string;
  readonly fix: Fix;
  readonly fields: readonly string[];
  /** The keys that the fix moves, if it moves more than the key itself. */
  readonly keys?: readonly string[];
}

/**
 * Returns a function that suggests a fix for an unknown key of a mapping with these fields. `removable` keys belong
 * nowhere else.
 */
export function keySuggester(
  input: Mapping,
  unknownKeys: readonly string[],
  shape: Shape,
  removable: readonly string[] = [],
): (key: string) => Suggestion | undefined {
  const unused = Object.keys(shape).filter((field) => !Object.hasOwn(input, field));
  // On first use, and once for all keys, of which there may be thousands.
  let sections: readonly Section[] | undefined;
  const sectionsOf = () => {
    sections ??= Object.entries(shape).flatMap(([field, type]) => sectionOf(field, type, input));
    return sections;
  };
  const renamed = (key: string, field: string | undefined) =>
    field === undefined ? undefined : renamedTo(key, field, input[key], shape);
  return (key) =>
    renamed(key, likely(key, unused)) ??
    movedDown(key, unknownKeys, sectionsOf()) ??
    movedUp(key, input, unused) ??
    renamed(key, related(key, unused)) ??
    (removable.includes(key) ? removed(key) : undefined);
}

function removed(key: string): Suggestion {
  return { hint: "remove it.", fix: { up: 1, patch: [{ op: "remove", path: pointer([key]) }] }, fields: [] };
}

/** Another name for a key. A single value becomes a list if the field is a list: `instance_type` for `instance_types`. */
function renamedTo(key: string, field: string, value: Value | undefined, shape: Shape): Suggestion {
  const hint = `did you mean ${field}?`;
  if (!isItemOf(shape[field], value)) return { hint, fix: { renameTo: field }, fields: [field] };
  const patch = [{ op: "add", path: pointer([field]), value: [] } as const, move([key], [field, "0"])];
  return { hint, fix: { up: 1, patch }, fields: [field] };
}

/** Whether a type is a list, and a value is no list, but may be an item. */
function isItemOf(type: Shape[string] | undefined, value: Value | undefined): boolean {
  const item = type === undefined ? undefined : itemTypeOf(type);
  if (item === undefined || value === null || Array.isArray(value)) return false;
  return isMapping(value) === shapesOf(item).length > 0;
}

/** A field that is a mapping with fields of its own, and its value, if it has one. */
interface Section {
  readonly field: string;
  readonly existing: Mapping | undefined;
  /** The fields of each kind of mapping that the field accepts. */
  readonly inner: readonly Shape[];
}

function sectionOf(field: string, type: Shape[string], input: Mapping): readonly Section[] {
  const existing = input[field];
  if (existing !== undefined && !isMapping(existing)) return [];
  const inner = shapesOf(type);
  return inner.length === 0 ? [] : [{ field, existing, inner }];
}

/** `timeout` beside `limits` belongs into it; so do all other unknown keys that are its fields. */
function movedDown(key: string, unknownKeys: readonly string[], sections: readonly Section[]): Suggestion | undefined {
  const targets = sections.filter(
    ({ existing = {}, inner }) => !Object.hasOwn(existing, key) && inner.some((fields) => Object.hasOwn(fields, key)),
  );
  const [target, ...others] = targets;
  if (target === undefined || others.length > 0) return undefined;
  const { field, existing, inner } = target;
  const added = existing ?? {};
  const keys = unknownKeys.filter(
    (each) => !Object.hasOwn(added, each) && inner.some((fields) => Object.hasOwn(fields, each)),
  );
  const isComplete = inner.some((fields) =>
    requiredFields(fields).every((name) => keys.includes(name) || Object.hasOwn(added, name)),
  );
  if (!isComplete) return undefined;
  const moves = keys.map((each) => move([each], [field, each]));
  const patch = existing === undefined ? [addMapping(field), ...moves] : moves;
  return { hint: `move ${listOfNames(keys)} into ${field}.`, fix: { up: 1, patch }, fields: [field], keys };
}

/** A mapping between this one and its fields, which the format does not have: `environment.docker.image`. */
function movedUp(key: string, input: Mapping, unused: readonly string[]): Suggestion | undefined {
  const value = input[key];
  const names = isMapping(value) ? Object.keys(value) : [];
  if (names.length === 0 || names.some((name) => !unused.includes(name))) return undefined;
  const moves = names.map((name) => move([key, name], [name]));
  const patch: readonly PatchOperation[] = [...moves, { op: "remove", path: pointer([key]) }];
  return { hint: `move ${listOfNames(names)} out of it.`, fix: { up: 1, patch }, fields: names };
}

function move(from: readonly string[], to: readonly string[]): PatchOperation {
  return { op: "move", from: pointer(from), path: pointer(to) };
}

function addMapping(field: string): PatchOperation {
  return { op: "add", path: pointer([field]), value: {} };
}

/** Names in a sentence: `a, b and c`. */
export function listOfNames(names: readonly string[]): string {
  const last = names.at(-1) ?? "";
  return names.length < 2 ? last : `${names.slice(0, -1).join(", ")} and ${last}`;
}
