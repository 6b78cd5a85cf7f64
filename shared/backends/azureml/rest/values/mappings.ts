/** Mappings without missing or empty members. */
import { isMapping, type Mapping, type Value } from "../../../../core/yaml/value.ts";

/** The value if it is a mapping, otherwise an empty one. */
export function mappingOrEmpty(value: Value | undefined): Mapping {
  return isMapping(value) ? value : {};
}

/** A copy without members that are null or undefined. */
export function withoutMissing(mapping: Mapping): Mapping {
  return Object.fromEntries(Object.entries(mapping).filter(([, value]) => value !== undefined && value !== null));
}

/** A copy without members that are null, at every level of mappings. */
export function withoutNulls(mapping: Mapping): Mapping {
  const members = Object.entries(mapping).filter(([, value]) => value !== null);
  return Object.fromEntries(members.map(([name, value]) => [name, isMapping(value) ? withoutNulls(value) : value]));
}

/** A copy without nulls and empty mappings, at every level. @see convert_ordered_dict_to_dict of the SDK */
export function withoutEmpty(mapping: Mapping): Mapping {
  const members = Object.entries(mapping).map(([name, value]) => [name, withoutEmptyValues(value)] as const);
  return Object.fromEntries(members.filter(([, value]) => !isEmpty(value)));
}

function withoutEmptyValues(value: Value | undefined): Value | undefined {
  if (Array.isArray(value))
    return value.map((item: Value) => withoutEmptyValues(item) as Value).filter((item) => !isEmpty(item));
  return isMapping(value) ? withoutEmpty(value) : value;
}

function isEmpty(value: Value | undefined): boolean {
  return value === undefined || value === null || (isMapping(value) && Object.keys(value).length === 0);
}
