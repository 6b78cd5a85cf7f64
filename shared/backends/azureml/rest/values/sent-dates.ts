import { pythonText } from "../../../../core/yaml/python-text.ts";
import { utcTimestamp } from "../../../../core/yaml/timestamp.ts";
import { isDate, isMapping, type Mapping, mapValues, type Value } from "../../../../core/yaml/value.ts";

/** A value whose dates, at every level, are the texts that the SDK sends: times in UTC. */
export function sentDates(value: Value | undefined): Value | undefined {
  if (isDate(value)) return utcTimestamp(value.text) ?? pythonText(value);
  if (Array.isArray(value)) return value.map((item: Value) => sentDates(item) as Value);
  return isMapping(value) ? sentMapping(value) : value;
}

/** A mapping whose dates are the texts that the SDK sends. */
export function sentMapping(mapping: Mapping): Mapping {
  return mapValues(mapping, sentDates);
}
