import * as z from "zod/mini";
import { isMapping, type Value } from "../../yaml/value.ts";
import { chosenType, isMapType, partsOf } from "./custom.ts";
import { refusesUnknown } from "./fields.ts";
import { wrappedType } from "./suggest/shapes.ts";

/**
 * Whether the key at the end of a path must be text, in a value of this type. Mappings that are stored unchanged may
 * have any keys, within unknown fields too.
 */
export function requiresTextKey(type: z.core.$ZodType, value: Value | undefined, path: readonly string[]): boolean {
  const [key, ...rest] = path;
  if (key === undefined) return false;
  const isRequired = (member: z.core.$ZodType): boolean =>
    rest.length === 0 || requiresTextKey(member, memberOf(value, key), rest);
  if (type instanceof z.ZodMiniObject) {
    const { shape } = type._zod.def;
    const member = Object.hasOwn(shape, key) ? shape[key] : undefined;
    return member === undefined ? rest.length === 0 || refusesUnknown(type) : isRequired(member);
  }
  if (type instanceof z.ZodMiniArray) return isRequired(type._zod.def.element);
  if (isMapType(type)) return partsOf(type).some(isRequired);
  const inner = wrappedType(type) ?? chosenType(type, value);
  if (inner !== undefined) return requiresTextKey(inner, value, path);
  return partsOf(type).some((part) => requiresTextKey(part, value, path));
}

function memberOf(value: Value | undefined, key: string): Value | undefined {
  if (Array.isArray(value)) return value[Number(key)];
  return isMapping(value) ? value[key] : undefined;
}
