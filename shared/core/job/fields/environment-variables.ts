import { pythonText } from "../../yaml/python-text.ts";
import type { Mapping, Value } from "../../yaml/value.ts";

/** Environment variables as a process gets them: a job may write `A: 1` or `A: true`, and the SDK sends `"1"` and `"True"`. What has no value is left out. */
export function environmentVariableTexts(variables: Mapping): Record<string, string> {
  const texts: Record<string, string> = Object.create(null);
  for (const name of Object.keys(variables)) {
    const value = variables[name] as Value;
    if (value !== null) texts[name] = pythonText(value);
  }
  return texts;
}
