import { pythonText } from "../../yaml/python-text.ts";
import { utcTimestamp } from "../../yaml/timestamp.ts";
import { isDate, type Mapping, type Value } from "../../yaml/value.ts";

/**
 * Environment variables as text, as a process receives them: `"1"` and `"True"` for `A: 1` and `A: true`, and a time in
 * UTC, `"2024-01-01T08:00:00Z"`, for `A: 2024-01-01T10:00:00+02:00`. Variables without a value are omitted.
 */
export function environmentVariableTexts(variables: Mapping): Record<string, string> {
  const texts: Record<string, string> = Object.create(null);
  for (const name of Object.keys(variables)) {
    const value = variables[name] as Value;
    if (value !== null) texts[name] = (isDate(value) ? utcTimestamp(value.text) : undefined) ?? pythonText(value);
  }
  return texts;
}
