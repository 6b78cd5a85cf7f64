import { pythonText } from "../../yaml/python-text.ts";
import type { Mapping, Value } from "../../yaml/value.ts";

/**
 * Environment variables as text, as a process receives them: for `A: 1` and `A: true` the SDK sends `"1"` and `"True"`.
 * Variables without a value are omitted.
 */
export function environmentVariableTexts(variables: Mapping): Record<string, string> {
  const texts: Record<string, string> = Object.create(null);
  for (const name of Object.keys(variables)) {
    const value = variables[name] as Value;
    if (value !== null) texts[name] = pythonText(value);
  }
  return texts;
}
