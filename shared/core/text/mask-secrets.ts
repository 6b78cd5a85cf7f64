/** Finds and masks secrets in a payload. */
import { isMapping, type Value } from "../yaml/value.ts";

/**
 * Secrets: signatures of SAS, passwords in URLs, keys and passwords of connection strings, and those in quotes, as in
 * code, JSON and YAML, including JSON or YAML within a text. Unquoted values after blanks or a colon match only if they
 * resemble a key: `password: ask Ann` does not match. `=`, `?` and `&` may be URL-encoded repeatedly.
 *
 * A shell variable or a binding in place of a secret (`user:$PASSWORD@host`) is correct use and does not match. All
 * lookbehinds have a bounded length, which limits the time for any text.
 */
const secrets: readonly RegExp[] = [
  /(?<=(?:[?&;]|\\u0026|%(?:25){0,3}(?:3F|26|3B))sig(?:=|%(?:25){0,3}3D))(?![$<{*])[^&\s"';]+/gi,
  /(?<=\b[a-z][a-z0-9+.-]{0,20}:\/\/[^\s/:@?#]{0,200}:)(?![$<{*])[^\s/@]+(?=@)/gi,
  /(?<=\b(?:Account[_-]?Key|Shared[_-]?Access[_-]?(?:Key|Signature)|Password|Pwd)(?:=|%(?:25){0,3}3D))(?![$<{*])[^;\s"']+/gi,
  /(?<=\b(?:Account[_-]?Key|Shared[_-]?Access[_-]?(?:Key|Signature)|Password|Pwd)(?:\\{0,3}["'])?\s{0,9}[:=]\s{0,9}\\{0,3}")(?![$<{*])[^"\\\n]+/gi,
  /(?<=\b(?:Account[_-]?Key|Shared[_-]?Access[_-]?(?:Key|Signature)|Password|Pwd)(?:\\{0,3}["'])?\s{0,9}[:=]\s{0,9}\\{0,3}')(?![$<{*])[^'\\\n]+/gi,
  /(?<=\b(?:Account[_-]?Key|Shared[_-]?Access[_-]?Key)(?:\\{0,3}["'])?\s{0,9}[:=]\s{0,9})[A-Za-z0-9+/]{20,}={0,2}/gi,
];
/** A fast test that rules out most texts without secrets. */
const mayContainSecret = /:\/\/|sig(?:=|%)|key|signature|password|pwd/i;

/** The text with `***` for each secret. */
export function maskText(text: string): string {
  if (!mayContainSecret.test(text)) return text;
  return secrets.reduce((masked, pattern) => masked.replace(pattern, "***"), text);
}

export function hasSecret(text: string): boolean {
  return maskText(text) !== text;
}

/** A copy of a value with all secrets in its texts and keys masked; the value itself if it contains none. */
export function maskValue(value: Value): Value {
  if (typeof value === "string") return maskText(value);
  if (Array.isArray(value)) {
    const items = value.map(maskValue);
    return items.some((item, index) => item !== value[index]) ? items : value;
  }
  if (!isMapping(value)) return value;
  const copy: Record<string, Value | undefined> = Object.create(null);
  let changed = false;
  for (const key of Object.keys(value)) {
    const [old, name] = [value[key], maskText(key)];
    copy[name] = old === undefined ? old : maskValue(old);
    changed ||= name !== key || copy[name] !== old;
  }
  return changed ? copy : value;
}
