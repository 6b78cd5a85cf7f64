import { isMapping, type Mapping, type Value } from "../../../../core/yaml/value.ts";

/** A copy without nulls and empty mappings, at every level. @see convert_ordered_dict_to_dict of the SDK */
export function withoutEmpty(mapping: Mapping): Mapping {
  const kept = Object.entries(mapping).map(([name, value]) => [name, emptied(value)] as const);
  return Object.fromEntries(kept.filter(([, value]) => !isEmpty(value)));
}

function emptied(value: Value | undefined): Value | undefined {
  if (Array.isArray(value)) return value.map((item: Value) => emptied(item) as Value).filter((item) => !isEmpty(item));
  return isMapping(value) ? withoutEmpty(value) : value;
}

function isEmpty(value: Value | undefined): boolean {
  return value === undefined || value === null || (isMapping(value) && Object.keys(value).length === 0);
}
