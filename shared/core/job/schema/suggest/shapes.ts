import * as z from "zod/mini";
import { choicesOf } from "../custom.ts";

/** The fields of a mapping. */
export type Shape = z.core.$ZodShape;

/** A cache of the shapes of types. */
const shapes = new WeakMap<z.core.$ZodType, readonly Shape[]>();

/** The fields of each kind of mapping that a type accepts directly; none for maps, lists and scalars. */
export function shapesOf(type: z.core.$ZodType): readonly Shape[] {
  const known = shapes.get(type);
  if (known !== undefined) return known;
  const found = findShapes(type);
  shapes.set(type, found);
  return found;
}

function findShapes(type: z.core.$ZodType): readonly Shape[] {
  if (type instanceof z.ZodMiniObject) return [type._zod.def.shape];
  const inner = wrappedType(type);
  return inner === undefined ? choicesOf(type).flatMap(shapesOf) : shapesOf(inner);
}

/** The type within an optional, nullable, lazy or transformed type. */
export function wrappedType(type: z.core.$ZodType): z.core.$ZodType | undefined {
  if (type instanceof z.ZodMiniOptional || type instanceof z.ZodMiniNullable) return type._zod.def.innerType;
  if (type instanceof z.ZodMiniLazy) return type._zod.innerType;
  return type instanceof z.ZodMiniPipe ? type._zod.def.in : undefined;
}

/** The type of the items of a list; undefined for other types. */
export function itemTypeOf(type: z.core.$ZodType): z.core.$ZodType | undefined {
  if (type instanceof z.ZodMiniArray) return type._zod.def.element;
  const inner = wrappedType(type);
  return inner === undefined ? undefined : itemTypeOf(inner);
}

/** The names of the required fields. */
export function requiredFields(shape: Shape): readonly string[] {
  return Object.keys(shape).filter((field) => shape[field]?._zod.optin === undefined);
}
