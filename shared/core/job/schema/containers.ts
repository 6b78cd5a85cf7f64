/** Mappings and lists, and values of one of several kinds. */
import * as z from "zod/mini";
import { defined } from "../../../lib/defined.ts";
import { isMapping, type Mapping, type Value } from "../../yaml/value.ts";
import { closest } from "./closest.ts";
import { type Problem, type Report, reportWrong, withoutWayOut } from "./diagnostics.ts";
import { lower, type Spelling, wordSchema, wrongWord } from "./enums.ts";
import { given, type JsonSchema, jsonSchema, type Piece, piece, readBy } from "./schema.ts";

export interface FieldsOptions {
  /** Keys that only the service writes: skipped unless null, which the SDK calls unknown. */
  readonly readOnly?: readonly string[];
  /** Keys that are skipped whatever they hold. */
  readonly ignored?: readonly string[];
  /** What becomes of other keys: an issue by default. */
  readonly unknown?: "keep" | "drop";
  /** What the mapping is, in error texts. */
  readonly what?: string;
}

type Output<Shape extends z.core.$ZodLooseShape> = z.output<z.ZodMiniObject<Shape>>;

/** A mapping with these fields and no others. */
export function fields<Shape extends z.core.$ZodLooseShape>(
  shape: Shape,
  options: FieldsOptions = {},
): Piece<Output<Shape>> {
  const known = Object.keys(shape);
  const knownSet = new Set(known);
  const members = Object.entries(shape).map(([key, type]) => {
    const member = given(type as z.ZodMiniType) as Piece<unknown>;
    return { key, type: member, isOptional: member !== type };
  });
  const readOnly = new Set(options.readOnly);
  const ignored = new Set(options.ignored);
  return piece(
    (value, report) => {
      if (!isMapping(value)) {
        reportWrong(report, value, options.what ?? "a mapping");
        return {} as Output<Shape>;
      }
      const read: Record<string, unknown> = {};
      const meant = new Set<string>();
      let unknown = 0;
      for (const key of Object.keys(value)) {
        if (knownSet.has(key) || ignored.has(key) || (readOnly.has(key) && value[key] !== null)) continue;
        if (options.unknown === "keep")
          Object.defineProperty(read, key, { value: value[key], enumerable: true, writable: true, configurable: true });
        else if (options.unknown === undefined)
          reportUnknown(report, key, value, ++unknown > maxGuesses ? [] : known, meant);
      }
      const inner: Report = (problem) => {
        // A misspelt field is one cause, not two.
        if (problem.code !== "missing_field" || problem.path?.length !== 1 || !meant.has(String(problem.path[0])))
          report(problem);
      };
      const required: Report = (problem) => inner(problem.path?.length === 1 ? withoutWayOut(problem) : problem);
      for (const { key, type, isOptional } of members) {
        const member = value[key];
        if (member !== undefined || !isOptional) read[key] = readBy(type, member, isOptional ? inner : required, [key]);
      }
      return read as Output<Shape>;
    },
    () => ({
      type: "object",
      properties: {
        ...Object.fromEntries([...ignored].map((key) => [key, { description: "Not used here." }])),
        ...Object.fromEntries([...readOnly].map((key) => [key, readOnlySchema(key, options.unknown === undefined)])),
        ...Object.fromEntries(Object.entries(shape).map(([key, type]) => [key, jsonSchema(type as z.ZodMiniType)])),
      },
      required: known.filter((key) => !(shape[key] instanceof z.ZodMiniOptional)),
      ...(options.unknown === undefined ? { additionalProperties: false } : {}),
    }),
  );
}

function readOnlySchema(key: string, refusesNull: boolean): JsonSchema {
  const description =
    key === "$schema"
      ? "The JSON Schema by which an editor checks this file."
      : "Written by the service; ignored in what is sent to it.";
  return {
    description,
    ...(key === "$schema" ? {} : { readOnly: true }),
    ...(refusesNull ? { not: { type: "null" } } : {}),
  };
}

/** A payload may have thousands of wrong keys, of which nobody is shown more: what was meant by them is not worth the time. */
const maxGuesses = 200;

function reportUnknown(
  report: Report,
  key: string,
  value: Mapping,
  known: readonly string[],
  meant: Set<string>,
): void {
  const free = known.filter((candidate) => !Object.hasOwn(value, candidate));
  const guess = closest(key, free);
  if (guess === undefined) {
    report({ code: "unknown_field", message: "is not a field here.", path: [key] });
    return;
  }
  meant.add(guess);
  report({
    code: "unknown_field",
    message: `is not a field here; did you mean ${guess}?`,
    path: [key],
    mend: { op: "move", from: [key], path: [guess] },
  });
}

/** A mapping of names to values of one kind; `__proto__` is a name like others. */
export function mapOf<T>(type: Piece<T>): Piece<Readonly<Record<string, T>>> {
  return piece(
    (value, report) => {
      const map: Record<string, T> = Object.create(null);
      if (!isMapping(value)) reportWrong(report, value, "a mapping");
      else for (const key of Object.keys(value)) map[key] = readBy(type, value[key], report, [key]) as T;
      return map;
    },
    () => ({ type: "object", additionalProperties: jsonSchema(type) }),
  );
}

export function listOf<T>(type: Piece<T>): Piece<readonly T[]> {
  return piece(
    (value, report) => {
      if (!Array.isArray(value)) {
        reportWrong(report, value, "a list");
        return [];
      }
      return value.map((item: Value, index) => readBy(type, item, report, [index]) as T);
    },
    () => ({ type: "array", items: jsonSchema(type) }),
  );
}

/** What a table has under a name that came from outside; `constructor` is none. */
export function lookUp<T>(table: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined;
}

/** One of several kinds, chosen by a look at the value; only the chosen one reports. */
export function oneOf<T>(
  choose: (value: Value | undefined) => Piece<T> | Problem | undefined,
  expected: string,
  kinds: readonly Piece<T>[],
): Piece<T> {
  return piece(
    (value, report) => {
      const chosen = value === null || value === undefined ? undefined : choose(value);
      if (chosen === undefined) reportWrong(report, value, expected);
      else if ("code" in chosen) report(chosen);
      else return readBy(chosen, value, report) as T;
      return undefined as T;
    },
    () => ({ anyOf: kinds.map(jsonSchema) }),
  );
}

/** A mapping of one of several kinds, told apart by its field `type` (or another), however that is spelled. */
export function byType<T>(
  kinds: Readonly<Record<string, Piece<T>>>,
  spelled: Spelling = lower,
  field = "type",
): Piece<T> {
  const names = Object.keys(kinds);
  return piece(
    (value, report) => {
      if (!isMapping(value)) {
        reportWrong(report, value, "a mapping");
        return undefined as T;
      }
      const type = value[field];
      const kind = typeof type === "string" ? lookUp(kinds, spelled(type)) : undefined;
      if (kind !== undefined) return readBy(kind, value, report) as T;
      report(wrongWord(type, names, [field]));
      return undefined as T;
    },
    () =>
      typedSchema(
        Object.fromEntries(Object.entries(kinds).map(([name, kind]) => [name, jsonSchema(kind)])),
        spelled,
        field,
      ),
  );
}

/** Each kind stands behind a condition, so that editors speak of the one that is meant only. */
export function typedSchema(
  kinds: Readonly<Record<string, JsonSchema>>,
  spelled: Spelling,
  field: string,
  about = aboutField(kinds, field),
): JsonSchema {
  const has = (words: readonly string[]): JsonSchema => ({
    required: [field],
    properties: { [field]: wordSchema(words, spelled) },
  });
  return {
    type: "object",
    required: [field],
    properties: {
      [field]: { ...defined({ description: about }), ...wordSchema(Object.keys(kinds), spelled) },
    },
    // biome-ignore lint/suspicious/noThenProperty: JSON Schema's own word
    allOf: Object.entries(kinds).map(([name, kind]) => ({ if: has([name]), then: kind })),
  };
}

/** What the kinds say of the field that tells them apart. */
function aboutField(kinds: Readonly<Record<string, JsonSchema>>, field: string): string | undefined {
  const [kind] = Object.values(kinds) as readonly {
    readonly properties?: Readonly<Record<string, { readonly description?: string }>>;
  }[];
  return kind?.properties?.[field]?.description;
}

/** One of two schemas, by whether the mapping has a field. */
export function schemaByField(field: string, withIt: JsonSchema, without: JsonSchema): JsonSchema {
  // biome-ignore lint/suspicious/noThenProperty: JSON Schema's own word
  return { type: "object", if: { required: [field] }, then: withIt, else: without };
}
