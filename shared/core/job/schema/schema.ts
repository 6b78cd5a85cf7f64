/** What schemas of jobs are made of: zod types that read as marshmallow 3 does, report problems with a mend, and know their JSON Schema. */
import * as z from "zod/mini";
import type { Value } from "../../yaml/value.ts";
import { type Mend, type Problem, type Report, reporter } from "./diagnostics.ts";

/** Draft 7: what the YAML editors read best. */
export type JsonSchema = Readonly<Record<string, unknown>>;

export type Piece<T> = z.ZodMiniType<T, unknown>;

type Read<T> = (value: Value | undefined, report: Report) => T;

const readers = new WeakMap<z.ZodMiniType, Read<unknown>>();
const schemas = new WeakMap<z.ZodMiniType, () => JsonSchema>();
const descriptions = new WeakMap<z.ZodMiniType, string>();

/** A zod type from a function that reads a value, and the JSON Schema of all that it takes. */
export function piece<T>(read: Read<T>, json: () => JsonSchema): Piece<T> {
  const type = z.transform((value: unknown, payload): T => read(value as Value | undefined, reporter(payload)));
  readers.set(type, read);
  schemas.set(type, json);
  return type;
}

/** A field that must be there, and what it means. */
export function field<T>(type: Piece<T>, description: string): Piece<T> {
  const copy = piece(readers.get(type) as Read<T>, () => jsonSchema(type));
  descriptions.set(copy, description);
  return copy;
}

/** A field that may be left out, and what it means. */
export function optional<Type extends z.ZodMiniType>(type: Type, description?: string): z.ZodMiniOptional<Type> {
  const made = z.optional(type);
  if (description !== undefined) descriptions.set(made, description);
  return made;
}

/** The type that may be left out, or the type itself. */
export function given(type: z.ZodMiniType): z.ZodMiniType {
  return type instanceof z.ZodMiniOptional ? (type._zod.def.innerType as z.ZodMiniType) : type;
}

const made = new WeakMap<z.ZodMiniType, JsonSchema>();

/** The JSON Schema of a piece, or of an optional one. */
export function jsonSchema(type: z.ZodMiniType): JsonSchema {
  const known = made.get(type);
  if (known !== undefined) return known;
  const schema = type instanceof z.ZodMiniOptional ? jsonSchema(given(type)) : (schemas.get(type)?.() ?? {});
  const description = descriptions.get(type);
  const described = description === undefined ? schema : { ...schema, description };
  made.set(type, described);
  return described;
}

/** Reads a value by another piece, inside a `read` function; problems keep their places. Nothing goes through zod on the way: that takes longer than the reading. */
export function readBy<T>(
  type: Piece<T>,
  value: Value | undefined,
  report: Report,
  path: readonly PropertyKey[] = [],
): T | undefined {
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
  return {
    ...problem,
    path: [...path, ...(problem.path ?? [])],
    ...(problem.mend === undefined ? {} : { mend: moveMend(problem.mend, path) }),
  };
}

function moveMend(mend: Mend, prefix: readonly PropertyKey[]): Mend {
  const path = [...prefix, ...mend.path];
  return mend.op === "move" ? { ...mend, from: [...prefix, ...mend.from], path } : { ...mend, path };
}
