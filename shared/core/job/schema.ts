/**
 * The pieces that schemas of jobs are made of: zod types that read as marshmallow 3 does (section numbers of its
 * coercions are in the SDK's `_schema`), report problems with a mend, and know their JSON Schema.
 */
import * as z from "zod/mini";
import { exactInteger } from "../yaml/resolve-scalar.ts";
import { type Float, isBinary, isDate, isFloat, isInteger, isMapping, isOpaque, type Mapping, numberOf, toFloat, type Value } from "../yaml/value.ts";
import { closest } from "./closest.ts";
import { type Mend, type Problem, type Report, reporter, reportWrong, show } from "./problems.ts";

export type JsonSchema = Readonly<Record<string, unknown>>;
/** A field that may be left out. */
export const optional = z.optional;

export type Piece<T> = z.ZodMiniType<T, unknown>;

type Read<T> = (value: Value | undefined, report: Report) => T;

const readers = new WeakMap<z.ZodMiniType, Read<unknown>>();
const descriptions = new WeakMap<z.ZodMiniType, () => JsonSchema>();

/** A zod type from a function that reads a value, and the JSON Schema of what it takes. */
export function piece<T>(read: Read<T>, json: () => JsonSchema): Piece<T> {
  const type = z.transform((value: unknown, payload): T => read(value as Value | undefined, reporter(payload)));
  readers.set(type, read);
  descriptions.set(type, json);
  return type;
}

/** The type that may be left out, or the type itself. */
function required(type: z.ZodMiniType): z.ZodMiniType {
  return type instanceof z.ZodMiniOptional ? (type._zod.def.innerType as z.ZodMiniType) : type;
}

/** The JSON Schema (draft 2020-12) of a piece, or of an optional one. */
export function jsonSchema(type: z.ZodMiniType): JsonSchema {
  return descriptions.get(required(type))?.() ?? {};
}

/** Reads a value by another piece, inside a `read` function; problems keep their places. Nothing goes through zod on the way: that takes longer than the reading. */
export function readBy<T>(type: Piece<T>, value: Value | undefined, report: Report, path: readonly PropertyKey[] = []): T | undefined {
  const read = readers.get(type) as Read<T>;
  let isWrong = false;
  const data = read(value, (problem) => {
    isWrong = true;
    report(problemBelow(problem, path));
  });
  return isWrong ? undefined : data;
}

/** A problem, seen from `path` further out. */
function problemBelow(problem: Problem, path: readonly PropertyKey[]): Problem {
  if (path.length === 0) return problem;
  return { ...problem, path: [...path, ...(problem.path ?? [])], ...(problem.mend === undefined ? {} : { mend: moveMend(problem.mend, path) }) };
}

function moveMend(mend: Mend, prefix: readonly PropertyKey[]): Mend {
  const path = [...prefix, ...mend.path];
  return mend.op === "move" ? { ...mend, from: [...prefix, ...mend.from], path } : { ...mend, path };
}

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
export function fields<Shape extends z.core.$ZodLooseShape>(shape: Shape, options: FieldsOptions = {}): Piece<Output<Shape>> {
  const known = Object.keys(shape);
  const knownSet = new Set(known);
  const members = Object.entries(shape).map(([key, type]) => {
    const member = required(type as z.ZodMiniType) as Piece<unknown>;
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
        if (options.unknown === "keep") Object.defineProperty(read, key, { value: value[key], enumerable: true, writable: true, configurable: true });
        else if (options.unknown === undefined) reportUnknown(report, key, value, ++unknown > maxGuesses ? [] : known, meant);
      }
      const inner: Report = (problem) => {
        // A misspelt field is one cause, not two.
        if (problem.code !== "missing_field" || problem.path?.length !== 1 || !meant.has(String(problem.path[0]))) report(problem);
      };
      for (const { key, type, isOptional } of members) {
        const member = value[key];
        if (member !== undefined || !isOptional) read[key] = readBy(type, member, inner, [key]);
      }
      return read as Output<Shape>;
    },
    () => ({
      type: "object",
      properties: {
        ...Object.fromEntries([...ignored].map((key) => [key, {}])),
        ...Object.fromEntries([...readOnly].map((key) => [key, { readOnly: true }])),
        ...Object.fromEntries(Object.entries(shape).map(([key, type]) => [key, jsonSchema(type as z.ZodMiniType)])),
      },
      required: known.filter((key) => !(shape[key] instanceof z.ZodMiniOptional)),
      ...(options.unknown === undefined ? { additionalProperties: false } : {}),
    }),
  );
}

/** A payload may have thousands of wrong keys, of which nobody is shown more: what was meant by them is not worth the time. */
const maxGuesses = 200;

function reportUnknown(report: Report, key: string, value: Mapping, known: readonly string[], meant: Set<string>): void {
  const free = known.filter((candidate) => !Object.hasOwn(value, candidate));
  const guess = closest(key, free);
  if (guess === undefined) {
    report({ code: "unknown_field", message: "is not a field here.", path: [key] });
    return;
  }
  meant.add(guess);
  report({ code: "unknown_field", message: `is not a field here; did you mean ${guess}?`, path: [key], mend: { op: "move", from: [key], path: [guess] } });
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
export function oneOf<T>(choose: (value: Value | undefined) => Piece<T> | Problem | undefined, expected: string, kinds: readonly Piece<T>[]): Piece<T> {
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

/** A mapping of one of several kinds, told apart by its field `type` (or another), which is turned into lower or snake case first. */
export function byType<T>(kinds: Readonly<Record<string, Piece<T>>>, transform: (text: string) => string = lower, field = "type"): Piece<T> {
  const names = Object.keys(kinds);
  return oneOf<T>(
    (value) => {
      if (!isMapping(value)) return undefined;
      const type = value[field];
      const kind = typeof type === "string" ? lookUp(kinds, transform(type)) : undefined;
      return kind ?? wrongWord(type, names, [field]);
    },
    "a mapping",
    Object.values(kinds),
  );
}

/** Says that a word is none of the allowed ones. */
export function wrongWord(value: Value | undefined, allowed: readonly string[], path: readonly PropertyKey[] = []): Problem {
  const list = allowed.length === 1 ? String(allowed[0]) : `one of ${allowed.join(", ")}`;
  if (value === undefined) return { code: "missing_field", message: `is missing; expected ${list}.`, path };
  if (value === null) return { code: "null_not_allowed", message: `has no value; expected ${list}.`, path };
  const guess = typeof value === "string" ? closest(value, allowed) : undefined;
  const mend = guess === undefined ? {} : { mend: { op: "replace", path, value: guess } as const };
  return { code: "not_allowed", message: `is ${show(value)}; expected ${list}.`, path, ...mend };
}

export const lower = (text: string): string => text.toLowerCase();
/** @see camel_to_snake in azure/ai/ml/_utils/utils.py */
export const snake = (text: string): string =>
  text
    .replaceAll(/(.)([A-Z][a-z]+)/g, "$1_$2")
    .replaceAll(/([a-z0-9])([A-Z])/g, "$1_$2")
    .toLowerCase();

/** One of these words, after `transform`; it is kept in the transformed form. */
export function word<const Words extends readonly string[]>(words: Words, transform: (text: string) => string = lower): Piece<Words[number]> {
  return piece(
    (value, report) => {
      const text = typeof value === "string" ? transform(value) : undefined;
      if (text === undefined || !words.includes(text)) report(wrongWord(value, words));
      return text as Words[number];
    },
    () => ({ enum: words }),
  );
}

/** Bytes are taken as text where they are UTF-8, as marshmallow does. */
function decodeBinary(base64: string): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(Buffer.from(base64, "base64"));
  } catch {
    return undefined;
  }
}

export const text: Piece<string> = piece(
  (value, report) => {
    const bytes = isBinary(value) ? decodeBinary(value.text) : undefined;
    if (bytes !== undefined) return bytes;
    if (typeof value !== "string") {
      const quoted = isFloat(value) || isInteger(value) || typeof value === "boolean" ? " (quote it)" : "";
      reportWrong(report, value, `text${quoted}`);
    }
    return value as string;
  },
  () => ({ type: "string" }),
);

export const textOrNull: Piece<string | null> = piece(
  (value, report) => (value === null ? null : (readBy(text, value, report) as string)),
  () => ({ type: ["string", "null"] }),
);

const integerText = /^\s*[+-]?[0-9](?:_?[0-9])*\s*$/;

/** A whole number; text of one is read, and a fraction is cut off, as marshmallow does. */
export const integer: Piece<number | bigint> = piece(
  (value, report) => {
    if (isInteger(value)) return value;
    const number = typeof value === "number" || isFloat(value) ? numberOf(value) : undefined;
    if (number !== undefined && Number.isFinite(number)) return exactInteger(BigInt(Math.trunc(number)));
    if (typeof value === "string" && integerText.test(value) && value.length < 400) return exactInteger(BigInt(value.replaceAll(/[_\s+]/g, "")));
    reportWrong(report, value, "a whole number");
    return 0;
  },
  () => ({ type: "integer" }),
);

const floatText = /^\s*[+-]?(?:[0-9](?:_?[0-9])*\.?(?:[0-9](?:_?[0-9])*)?|\.[0-9](?:_?[0-9])*)(?:[eE][+-]?[0-9](?:_?[0-9])*)?\s*$/;

/** A number, which becomes a float: `1` prints as `1.0`. */
export const float: Piece<number | Float> = piece(
  (value, report) => {
    const number = typeof value === "string" && floatText.test(value) ? Number(value.replaceAll("_", "")) : numberOf(value);
    if (number === undefined || !Number.isFinite(number)) reportWrong(report, value, "a number");
    return toFloat(number ?? 0);
  },
  () => ({ type: "number" }),
);

/** A number that keeps its kind: `1` stays a whole number; text of one becomes a float. */
export const number: Piece<number | bigint | Float> = piece(
  (value, report) => (isInteger(value) ? value : (readBy(float, value, report) as number | Float)),
  () => ({ type: "number" }),
);

const truthy = new Set(["t", "T", "true", "True", "TRUE", "on", "On", "ON", "y", "Y", "yes", "Yes", "YES", "1"]);
const falsy = new Set(["f", "F", "false", "False", "FALSE", "off", "Off", "OFF", "n", "N", "no", "No", "NO", "0"]);

export const boolean: Piece<boolean> = piece(
  (value, report) => {
    if (typeof value === "boolean") return value;
    const name = typeof value === "string" ? value : String(numberOf(value));
    if (truthy.has(name) || falsy.has(name)) return truthy.has(name);
    reportWrong(report, value, "true or false");
    return false;
  },
  () => ({ type: "boolean" }),
);

/** Text or a number; a number becomes text as Python prints it: `1.10` is "1.1". */
export const version: Piece<string> = piece(
  (value, report) => {
    if (typeof value === "boolean") return value ? "True" : "False";
    if (isInteger(value)) return String(value);
    const number = numberOf(value);
    if (number !== undefined) return Number.isInteger(number) ? `${number}.0` : String(number);
    if (typeof value !== "string") reportWrong(report, value, "text or a number");
    return value as string;
  },
  () => ({ type: ["string", "number"] }),
);

/** Any value that JSON has, or a date, kept as it came. */
export const anything: Piece<Value> = piece(
  (value, report) => {
    if (value === undefined) reportWrong(report, value, "a value");
    else rejectOpaque(value, report, []);
    return value as Value;
  },
  () => ({}),
);

/** A mapping that is kept as it came. */
export const anyMapping: Piece<Mapping> = piece(
  (value, report) => {
    if (isMapping(value)) rejectOpaque(value, report, []);
    else reportWrong(report, value, "a mapping");
    return value as Mapping;
  },
  () => ({ type: "object" }),
);

/** Bytes have no form in JSON, so the SDK sends Python's spelling of them; nobody can want that. */
function rejectOpaque(value: Value, report: Report, path: readonly PropertyKey[]): void {
  if (isDate(value)) return;
  if (isOpaque(value)) report({ code: "wrong_type", message: `is ${show(value)}; expected text, a number, true, false, a list or a mapping.`, path });
  else if (Array.isArray(value)) for (const [index, item] of value.entries()) rejectOpaque(item, report, [...path, index]);
  else if (isMapping(value)) for (const key of Object.keys(value)) rejectOpaque(value[key] as Value, report, [...path, key]);
}
