import type { Value } from "../../yaml/value.ts";
import type { Problem } from "./diagnostics.ts";
import { type Piece, readBy } from "./schema.ts";

export type ParsedFields<Fields> =
  | { readonly fields: Fields; readonly problems?: undefined }
  | { readonly fields?: undefined; readonly problems: readonly Problem[] };

/** Fields that came out of a schema; reading them again would only give the same. */
const parsed = new WeakSet<object>();

/** Reads the fields of a job by its schema: the fields, or every problem. */
export function parseFields<Fields extends object>(schema: Piece<Fields>, value: unknown): ParsedFields<Fields> {
  if (typeof value === "object" && value !== null && parsed.has(value)) return { fields: value as Fields };
  const problems: Problem[] = [];
  const fields = readBy(schema, value as Value, (problem) => problems.push(problem));
  if (fields === undefined) return { problems };
  parsed.add(fields);
  return { fields };
}
