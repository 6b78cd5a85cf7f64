/** Reads JSON of Azure ML, whose shape is not validated: every field may be missing, null or of another type. */
export type JsonObject = Readonly<Record<string, unknown>>;

export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The object at a path; empty if it is missing or not an object. */
export function objectAt(value: unknown, ...path: readonly string[]): JsonObject {
  const member = path.reduce<unknown>((at, key) => (isObject(at) ? at[key] : undefined), value);
  return isObject(member) ? member : {};
}

/** The value if it is a text with at least one character. */
export function nonEmptyText(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

/**
 * A time as RFC 3339 in UTC with milliseconds; Azure ML writes seven digits of a second. Undefined if it is not a time.
 */
export function utcTime(value: unknown): string | undefined {
  const ms = typeof value === "string" ? Date.parse(value) : Number.NaN;
  return Number.isNaN(ms) ? undefined : new Date(ms).toISOString();
}

declare global {
  interface JSON {
    rawJSON(text: string): unknown;
  }
}

/** Parses JSON so that `JSON.stringify` writes every number as it was, e.g. `1.0` and integers of any size. */
export function parseKeepingNumbers(text: string): unknown {
  const keep = (_key: string, value: unknown, context?: { readonly source?: string }): unknown =>
    typeof value === "number" && context?.source !== undefined && String(value) !== context.source
      ? JSON.rawJSON(context.source)
      : value;
  return JSON.parse(text, keep);
}
