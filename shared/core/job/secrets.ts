/** Finds and hides secrets that were written into a payload. */
import { isMapping, type Mapping, type Value } from "../yaml/value.ts";

/**
 * A signature of a SAS, a password in a URL, a key of a connection string. A shell variable or a binding in such a place
 * (`user:$PASSWORD@host`) is how it should be done, and is none.
 */
const secrets: readonly RegExp[] = [
  /(?<=[?&;]sig=)(?![$<{*])[^&\s"';]+/gi,
  /(?<=\b[a-z][a-z0-9+.-]{0,20}:\/\/[^\s/:@?#]{0,200}:)(?![$<{*])[^\s/@]+(?=@)/gi,
  /(?<=\b(?:AccountKey|SharedAccessKey|SharedAccessSignature|Password|Pwd)=)(?![$<{*])[^;\s"']+/gi,
];
/** A quick look, because nearly every text has nothing of the kind. */
const worthLooking = /:\/\/|sig=|key=|signature=|password=|pwd=/i;

/** The text with `***` for each secret. */
export function maskText(text: string): string {
  if (!worthLooking.test(text)) return text;
  return secrets.reduce((masked, pattern) => masked.replace(pattern, "***"), text);
}

export function hasSecret(text: string): boolean {
  return maskText(text) !== text;
}

/** A copy of a value with every secret in its texts masked, its keys among them; the value itself when there is none. */
export function maskValue(value: Value): Value {
  if (typeof value === "string") return maskText(value);
  if (Array.isArray(value)) {
    const items = value.map(maskValue);
    return items.some((item, index) => item !== value[index]) ? items : value;
  }
  if (!isMapping(value)) return value;
  const copy: Record<string, Value> = Object.create(null);
  let changed = false;
  for (const key of Object.keys(value)) {
    const [old, name] = [(value as Mapping)[key] as Value, maskText(key)];
    copy[name] = maskValue(old);
    changed ||= name !== key || copy[name] !== old;
  }
  return changed ? copy : value;
}
