import { maskText } from "../../text/mask-secrets.ts";
import { isFloat, isMapping, isOpaque, kindOf, numberOf } from "../../yaml/value.ts";

const longestShown = 60;

/** A value as error texts show it: short, and without secrets. */
export function show(value: unknown): string {
  if (typeof value === "string") {
    const text = JSON.stringify(maskText(value));
    return text.length > longestShown ? `${text.slice(0, longestShown)}..."` : text;
  }
  if (isFloat(value) && value.text !== undefined)
    return value.text.length > longestShown ? `${value.text.slice(0, longestShown)}...` : value.text;
  const number = numberOf(value);
  if (number !== undefined) return String(number);
  if (isOpaque(value) || Array.isArray(value) || isMapping(value)) return kindOf(value);
  return String(value);
}
