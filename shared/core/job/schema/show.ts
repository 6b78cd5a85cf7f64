import { maskText } from "../../text/mask-secrets.ts";
import { isFloat, isMapping, isOpaque, kindOf, numberOf } from "../../yaml/value.ts";

const maxLength = 60;

/** Formats a value for a message: shortened, with secrets masked. */
export function show(value: unknown): string {
  if (typeof value === "string") {
    const text = JSON.stringify(maskText(value));
    return text.length > maxLength ? `${text.slice(0, maxLength)}..."` : text;
  }
  if (isFloat(value) && value.text !== undefined)
    return value.text.length > maxLength ? `${value.text.slice(0, maxLength)}...` : value.text;
  const number = numberOf(value);
  if (number !== undefined) return String(number);
  if (isOpaque(value) || Array.isArray(value) || isMapping(value)) return kindOf(value);
  return String(value);
}
