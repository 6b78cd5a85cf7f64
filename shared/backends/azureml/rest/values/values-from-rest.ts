/** Reads values that Azure ML sends; a value of another shape is left out. */
import { isMapping, type Mapping, type Value } from "../../../../core/yaml/value.ts";

/** `AUCWeighted` as `auc_weighted`, `stepLRGamma` as `step_lr_gamma`. */
export function snake(name: string): string {
  return name
    .replaceAll(/([a-z0-9])([A-Z])/g, "$1_$2")
    .replaceAll(/(?<![A-Z])([A-Z]+)([A-Z][a-z])/g, "$1_$2")
    .toLowerCase();
}

/** A copy with its keys in snake case, and without what is null. */
export function snakeFields(mapping: Mapping): Mapping {
  return Object.fromEntries(Object.entries(withoutMissing(mapping)).map(([key, value]) => [snake(key), value]));
}

export function withoutMissing(mapping: Mapping): Mapping {
  return Object.fromEntries(Object.entries(mapping).filter(([, value]) => value !== undefined && value !== null));
}

export function mappingOrEmpty(value: Value | undefined): Mapping {
  return isMapping(value) ? value : {};
}
