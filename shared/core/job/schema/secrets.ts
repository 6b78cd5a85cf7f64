/** Finds and hides secrets that were written into a payload. */
import { isMapping, type Mapping, type Value } from "../../yaml/value.ts";

/**
 * A signature of a SAS, a password in a URL, a key or a password of a connection string, and those in quotes, as code, JSON and YAML have
 * them, also within a text of another text. Without quotes, and with blanks or a colon before it, only what looks like a key counts:
 * `password: ask Ann` is no secret. `=`, `?` and `&` may be encoded for a URL, more than once.
 *
 * A shell variable or a binding in such a place (`user:$PASSWORD@host`) is how it should be done, and is none. What stands before a secret is
 * bounded everywhere, so that no text takes long.
 */
const secrets: readonly RegExp[] = [
  /(?<=(?:[?&;]|\\u0026|%(?:25){0,3}(?:3F|26|3B))sig(?:=|%(?:25){0,3}3D))(?![$<{*])[^&\s"';]+/gi,
  /(?<=\b[a-z][a-z0-9+.-]{0,20}:\/\/[^\s/:@?#]{0,200}:)(?![$<{*])[^\s/@]+(?=@)/gi,
  /(?<=\b(?:Account[_-]?Key|Shared[_-]?Access[_-]?(?:Key|Signature)|Password|Pwd)(?:=|%(?:25){0,3}3D))(?![$<{*])[^;\s"']+/gi,
  /(?<=\b(?:Account[_-]?Key|Shared[_-]?Access[_-]?(?:Key|Signature)|Password|Pwd)(?:\\{0,3}["'])?\s{0,9}[:=]\s{0,9}\\{0,3}")(?![$<{*])[^"\\\n]+/gi,
  /(?<=\b(?:Account[_-]?Key|Shared[_-]?Access[_-]?(?:Key|Signature)|Password|Pwd)(?:\\{0,3}["'])?\s{0,9}[:=]\s{0,9}\\{0,3}')(?![$<{*])[^'\\\n]+/gi,
  /(?<=\b(?:Account[_-]?Key|Shared[_-]?Access[_-]?Key)(?:\\{0,3}["'])?\s{0,9}[:=]\s{0,9})[A-Za-z0-9+/]{20,}={0,2}/gi,
];
/** A quick look, because nearly every text has nothing of the kind. */
const worthLooking = /:\/\/|sig(?:=|%)|key|signature|password|pwd/i;

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
