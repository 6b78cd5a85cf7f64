/** Finds and masks secrets in plain text. */
import { isMapping, type Value } from "../../yaml/value.ts";

/**
 * Signatures of SAS URLs, passwords in URLs, and keys and passwords of connection strings; also quoted ones, as code,
 * JSON and YAML contain them, and those in a text within a text. Without quotes, but with blanks or a colon before it,
 * only what looks like a key is a secret: `password: ask Ann` is none. `=`, `?` and `&` may be URL-encoded repeatedly.
 *
 * Shell variables and bindings (`user:$PASSWORD@host`) are not secrets. All lookbehinds are bounded, so that no text
 * takes long to check.
 */
const secrets: readonly RegExp[] = [
  /(?<=(?:[?&;]|\\u0026|%(?:25){0,3}(?:3F|26|3B))sig(?:=|%(?:25){0,3}3D))(?![$<{*])[^&\s"';]+/gi,
  /(?<=\b[a-z][a-z0-9+.-]{0,20}:\/\/[^\s/:@?#]{0,200}:)(?![$<{*])[^\s/@]+(?=@)/gi,
  /(?<=\b(?:Account[_-]?Key|Shared[_-]?Access[_-]?(?:Key|Signature)|Password|Pwd)(?:=|%(?:25){0,3}3D))(?![$<{*])[^;\s"']+/gi,
  /(?<=\b(?:Account[_-]?Key|Shared[_-]?Access[_-]?(?:Key|Signature)|Password|Pwd)(?:\\{0,3}["'])?\s{0,9}[:=]\s{0,9}\\{0,3}")(?![$<{*])[^"\\\n]+/gi,
  /(?<=\b(?:Account[_-]?Key|Shared[_-]?Access[_-]?(?:Key|Signature)|Password|Pwd)(?:\\{0,3}["'])?\s{0,9}[:=]\s{0,9}\\{0,3}')(?![$<{*])[^'\\\n]+/gi,
  /(?<=\b(?:Account[_-]?Key|Shared[_-]?Access[_-]?Key)(?:\\{0,3}["'])?\s{0,9}[:=]\s{0,9})[A-Za-z0-9+/]{20,}={0,2}/gi,
];
/** Quick check, because almost no text contains a secret. */
const worthLooking = /:\/\/|sig(?:=|%)|key|signature|password|pwd/i;

/** The text with `***` for each secret. */
export function maskText(text: string): string {
  if (!worthLooking.test(text)) return text;
  return secrets.reduce((masked, pattern) => masked.replace(pattern, "***"), text);
}

export function hasSecret(text: string): boolean {
  return maskText(text) !== text;
}

/** A copy of a value with the secrets in its texts and keys masked; the value itself if there are none. */
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
