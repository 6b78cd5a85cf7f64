import * as z from "zod/mini";
import type { Diagnostic } from "../../diagnostic.ts";
import { ServiceError } from "../../errors.ts";
import { pointer } from "../../issues.ts";
import { diagnosticOf, messageOf } from "./issues.ts";
import type { Schema } from "./schema.ts";

export type ParsedFields<Fields> =
  | { readonly fields: Fields; readonly diagnostics?: undefined }
  | { readonly fields?: undefined; readonly diagnostics: readonly Diagnostic[] };

/** Parses fields with their schema; returns the fields or all diagnostics. */
export function parseFields<Fields>(schema: Schema<Fields>, value: unknown): ParsedFields<Fields> {
  const { success, data, error } = z.safeParse(schema, value, { error: messageOf, reportInput: true });
  return success ? { fields: data } : { diagnostics: error.issues.map(diagnosticOf) };
}

/** Parses fields that are expected to be valid. @throws ServiceError `invalid_job` with an issue for each problem. */
export function validFields<Fields>(type: string, schema: Schema<Fields>, value: unknown): Fields {
  const { fields, diagnostics } = parseFields(schema, value);
  if (diagnostics === undefined) return fields;
  const issues = diagnostics.map(({ code, message, path }) => ({
    pointer: pointer(path),
    code,
    message: `${path.join(".")} ${message}`,
  }));
  const summary = issues.map((issue) => issue.message).join(" ");
  throw new ServiceError("invalid_job", `The fields are not valid for a job of type ${type}: ${summary}`, { issues });
}
