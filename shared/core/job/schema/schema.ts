/** The base of all schemas of jobs: zod types, and the registry with the descriptions of fields. */
import * as z from "zod/mini";

/** A zod type that parses to a `T`. */
export type Schema<T> = z.ZodMiniType<T, unknown>;

/** The descriptions of fields; zod's converter copies them into the JSON Schema. */
export const fieldDocs = z.registry<{ readonly description: string }>();

/** A required field, and what it means. */
export function required<Type extends z.ZodMiniType>(type: Type, description: string): Type {
  // A copy, because other fields of the same type have other descriptions.
  const copy = type.clone();
  fieldDocs.add(copy, { description });
  return copy;
}

/** An optional field, and what it means. */
export function optional<Type extends z.ZodMiniType>(type: Type, description?: string): z.ZodMiniOptional<Type> {
  const made = z.optional(type);
  if (description !== undefined) fieldDocs.add(made, { description });
  return made;
}
