/** Converts values that may be missing. */
import { isMapping, type Mapping } from "../../../../core/yaml/value.ts";

/** The converted value; undefined if there is none. */
export function ifDefined<T, Result>(value: T | undefined, convert: (value: T) => Result): Result | undefined {
  return value === undefined ? undefined : convert(value);
}

/** The converted mapping; undefined for any other value. */
export function ifMapping<T extends object>(value: T | undefined, convert: (value: T) => Mapping): Mapping | undefined {
  return isMapping(value) ? convert(value as T) : undefined;
}
