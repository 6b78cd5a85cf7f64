import { isMapping, type Mapping, type Value } from "../../../../core/yaml/value.ts";

/** `instance_count` as `instanceCount`. */
export function camel(name: string): string {
  return name.replaceAll(/_([a-z0-9])/gi, (_match, letter: string) => letter.toUpperCase());
}

/** `image_object_detection` as `ImageObjectDetection`. */
export function pascal(name: string): string {
  const text = camel(name);
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** A copy with every key in camel case, at every level. */
export function camelKeys(mapping: Mapping): Mapping {
  const inner = (value: Value | undefined): Value | undefined =>
    Array.isArray(value)
      ? value.map((item: Value) => inner(item) as Value)
      : isMapping(value)
        ? camelKeys(value)
        : value;
  return Object.fromEntries(Object.entries(mapping).map(([key, value]) => [camel(key), inner(value)]));
}

/** A copy with its keys in snake case, down to a number of levels. */
export function snakeKeys(mapping: Mapping, levels = 1): Mapping {
  const inner = (value: Value | undefined): Value | undefined =>
    levels > 1 && isMapping(value) ? snakeKeys(value, levels - 1) : value;
  return Object.fromEntries(Object.entries(mapping).map(([key, value]) => [snake(key), inner(value)]));
}

function snake(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
