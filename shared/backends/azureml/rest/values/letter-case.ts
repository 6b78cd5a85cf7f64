/** Converts names between the snake_case of YAML and the camelCase and PascalCase of the REST API. */
import { isMapping, type Mapping, type Value } from "../../../../core/yaml/value.ts";
import { withoutMissing } from "./mappings.ts";

/** `instance_count` as `instanceCount`. */
export function camel(name: string): string {
  return name.replaceAll(/_([a-z0-9])/gi, (_match, letter: string) => letter.toUpperCase());
}

/** `image_object_detection` as `ImageObjectDetection`. */
export function pascal(name: string): string {
  const text = camel(name);
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** `AUCWeighted` as `auc_weighted`, `stepLRGamma` as `step_lr_gamma`. */
export function snake(name: string): string {
  return name
    .replaceAll(/([a-z0-9])([A-Z])/g, "$1_$2")
    .replaceAll(/(?<![A-Z])([A-Z]+)([A-Z][a-z])/g, "$1_$2")
    .toLowerCase();
}

/** A copy with all keys in camelCase, at every level. */
export function camelKeys(mapping: Mapping): Mapping {
  return Object.fromEntries(Object.entries(mapping).map(([key, value]) => [camel(key), withCamelKeys(value)]));
}

function withCamelKeys(value: Value | undefined): Value | undefined {
  if (Array.isArray(value)) return value.map((item: Value) => withCamelKeys(item) as Value);
  return isMapping(value) ? camelKeys(value) : value;
}

/** A copy with keys in snake_case, down to a number of levels. */
export function snakeKeys(mapping: Mapping, levels = 1): Mapping {
  const inner = (value: Value | undefined): Value | undefined =>
    levels > 1 && isMapping(value) ? snakeKeys(value, levels - 1) : value;
  return Object.fromEntries(Object.entries(mapping).map(([key, value]) => [snake(key), inner(value)]));
}

/** A copy with keys in snake_case, without members that are null or undefined. */
export function snakeFields(mapping: Mapping): Mapping {
  return snakeKeys(withoutMissing(mapping));
}
