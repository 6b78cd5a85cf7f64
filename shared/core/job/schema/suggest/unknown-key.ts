/** Suggests where the value of an unknown key belongs: to another name, one level down, or in the place of its mapping. */
import type { Fix } from "../../../diagnostic.ts";
import { type PatchOperation, pointer } from "../../../issues.ts";
import { isMapping, type Mapping } from "../../../yaml/value.ts";
import { requiredFields, type Shape, shapesOf } from "./shapes.ts";
import { likely, related } from "./similar.ts";

/** A suggestion for an unknown key: the end of the message, the fix, and the fields that the fix adds. */
export interface Suggestion {
  readonly hint: string;
  readonly fix: Fix;
  readonly fields: readonly string[];
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
  // On first use, and once for all keys, of which there may be thousands.
  let sections: readonly Section[] | undefined;
  const sectionsOf = () => {
    sections ??= Object.entries(shape).flatMap(([field, type]) => sectionOf(field, type, input));
    return sections;
  };
  return (key) =>
    renamedTo(likely(key, unused)) ??
    movedDown(key, unknownKeys, sectionsOf()) ??
    movedUp(key, input, unused) ??
    renamedTo(related(key, unused));
}

function renamedTo(field: string | undefined): Suggestion | undefined {
  return field === undefined
    ? undefined
    : { hint: `did you mean ${field}?`, fix: { renameTo: field }, fields: [field] };
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
  return { hint: `move ${list(keys)} into ${field}.`, fix: { up: 1, patch }, fields: [field], keys };
}

/** A mapping between this one and its fields, which the format does not have: `environment.docker.image`. */
function movedUp(key: string, input: Mapping, unused: readonly string[]): Suggestion | undefined {
  const value = input[key];
  const names = isMapping(value) ? Object.keys(value) : [];
  if (names.length === 0 || names.some((name) => !unused.includes(name))) return undefined;
  const moves = names.map((name) => move([key, name], [name]));
  const patch: readonly PatchOperation[] = [...moves, { op: "remove", path: pointer([key]) }];
  return { hint: `move ${list(names)} out of it.`, fix: { up: 1, patch }, fields: names };
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
