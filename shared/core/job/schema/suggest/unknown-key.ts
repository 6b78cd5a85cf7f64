/** Suggests where the value of an unknown key belongs: to another name, one level down, or in the place of its mapping. */
import { type PatchOperation, pointer } from "../../../issues.ts";
import { isMapping, type Mapping, type Value } from "../../../yaml/value.ts";
import { type Context, run } from "../custom.ts";
import { timedName } from "./durations.ts";
import { renamedTo, unitOfField } from "./renamed.ts";
import { requiredFields, type Shape, shapesOf } from "./shapes.ts";
import { likely, related, similar } from "./similar.ts";
import type { Suggestion } from "./suggestion.ts";

/**
 * Returns a function that suggests a fix for an unknown key of a mapping with these fields. `removable` keys belong
 * nowhere else.
 */
export function keySuggester(
  input: Mapping,
  unknownKeys: readonly string[],
  shape: Shape,
  context: Context,
  removable: readonly string[] = [],
): (key: string) => Suggestion | undefined {
  const unused = Object.keys(shape).filter((field) => !Object.hasOwn(input, field));
  // On first use, and once for all keys, of which there may be thousands.
  let sections: readonly Section[] | undefined;
  const sectionsOf = () => {
    sections ??= Object.entries(shape).flatMap(([field, type]) => sectionOf(field, type, input));
    return sections;
  };
  const renamed = (key: string, field: string | undefined) => {
    const type = field === undefined ? undefined : shape[field];
    return field === undefined || type === undefined
      ? undefined
      : renamedTo({ key, field, value: input[key], type, context });
  };
  return (key) => {
    const [timed, alike] = [similarTimed(key, unused), likely(key, unused)];
    // Each field once, because values are parsed, which may contain unknown keys again.
    const others = () => {
      const other = related(key, unused);
      return other === timed || other === alike ? undefined : other;
    };
    return (
      negated(key, input[key], unused) ??
      renamed(key, timed) ??
      renamed(key, alike === timed ? undefined : alike) ??
      movedDown(key, input, unknownKeys, sectionsOf(), context) ??
      movedUp(key, input, shape, unused, context) ??
      renamed(key, others()) ??
      (removable.includes(key) ? removed(key) : undefined)
    );
  };
}

function removed(key: string): Suggestion {
  return { hint: "remove it.", fix: { up: 1, patch: [{ op: "remove", path: pointer([key]) }] }, fields: [] };
}

/** `optional: true` for `required: false`. */
function negated(key: string, value: Value | undefined, unused: readonly string[]): Suggestion | undefined {
  if (key !== "required" || typeof value !== "boolean" || !unused.includes("optional")) return undefined;
  const patch: readonly PatchOperation[] = [
    { op: "remove", path: pointer([key]) },
    { op: "add", path: pointer(["optional"]), value: !value },
  ];
  return { hint: `did you mean optional: ${!value}?`, fix: { up: 1, patch }, fields: ["optional"] };
}

/** The only field for a time whose name is similar but for its unit: `timeout` for `timeout_minutes`. */
function similarTimed(key: string, unused: readonly string[]): string | undefined {
  const own = timedName(key);
  if (own === undefined) return undefined;
  const timed = unused.filter((field) => unitOfField(field) !== undefined);
  const bases = timed.map((field) => timedName(field)?.base ?? field);
  const base = bases.includes(own.base) ? own.base : similar(own.base, bases);
  return base === undefined ? undefined : timed[bases.indexOf(base)];
}

/** A field that is a mapping with fields of its own, and its value, if it has one. */
interface Section {
  readonly field: string;
  readonly type: Shape[string];
  readonly existing: Mapping | undefined;
  /** The fields of each kind of mapping that the field accepts. */
  readonly inner: readonly Shape[];
}

function sectionOf(field: string, type: Shape[string], input: Mapping): readonly Section[] {
  const existing = input[field];
  if (existing !== undefined && !isMapping(existing)) return [];
  const inner = shapesOf(type);
  return inner.length === 0 ? [] : [{ field, type, existing, inner }];
}

/** `timeout` beside `limits` belongs into it; so do all other unknown keys that are its fields. */
function movedDown(
  key: string,
  input: Mapping,
  unknownKeys: readonly string[],
  sections: readonly Section[],
  context: Context,
): Suggestion | undefined {
  const targets = sections.filter(
    ({ existing = {}, inner }) => !Object.hasOwn(existing, key) && inner.some((fields) => Object.hasOwn(fields, key)),
  );
  const [target, ...others] = targets;
  if (target === undefined || others.length > 0) return undefined;
  const { field, type, existing, inner } = target;
  const added = existing ?? {};
  const keys = unknownKeys.filter(
    (each) => !Object.hasOwn(added, each) && inner.some((fields) => Object.hasOwn(fields, each)),
  );
  const isComplete = inner.some((fields) =>
    requiredFields(fields).every((name) => keys.includes(name) || Object.hasOwn(added, name)),
  );
  const result = { ...added, ...Object.fromEntries(keys.map((each) => [each, input[each]])) };
  const { issues } = run(type, result, context);
  const isWrong = issues.some(({ path = [] }) => path.length === 0 || keys.includes(String(path[0])));
  if (!isComplete || isWrong) return undefined;
  const moves = keys.map((each) => move([each], [field, each]));
  const patch = existing === undefined ? [addMapping(field), ...moves] : moves;
  return { hint: `move ${listOfNames(keys)} into ${field}.`, fix: { up: 1, patch }, fields: [field], keys };
}

/** A mapping between this one and its fields, which the format does not have: `environment.docker.image`. */
function movedUp(
  key: string,
  input: Mapping,
  shape: Shape,
  unused: readonly string[],
  context: Context,
): Suggestion | undefined {
  const value = input[key];
  if (!isMapping(value)) return undefined;
  const names = Object.keys(value);
  const isField = (name: string): boolean => {
    const type = unused.includes(name) ? shape[name] : undefined;
    return type !== undefined && run(type, value[name], context).issues.length === 0;
  };
  if (names.length === 0 || !names.every(isField)) return undefined;
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
