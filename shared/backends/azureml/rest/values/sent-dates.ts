import { pythonText } from "../../../../core/yaml/python-text.ts";
import { utcTimestamp } from "../../../../core/yaml/timestamp.ts";
import { isDate, isMapping, type Mapping, mapValues, type Value } from "../../../../core/yaml/value.ts";

/** A value whose dates, at every level, are the texts that the SDK sends: times in UTC. */
function sentDates(value: Value): Value {
  if (isDate(value)) return utcTimestamp(value.text) ?? pythonText(value);
  if (Array.isArray(value)) return value.map(sentDates);
  return isMapping(value) ? sentMapping(value) : value;
}

/** A mapping whose dates are the texts that the SDK sends. */
export function sentMapping(mapping: Mapping): Mapping {
  return mapValues(mapping, (value) => (value === undefined ? value : sentDates(value)));
}
