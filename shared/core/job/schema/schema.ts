/**
 * Schemas of jobs: zod 4 types (`zod/mini`), from which the parser, the TypeScript types and the JSON Schemas for
 * editors are derived.
 *
 * To add a field to a job type, add one line to its shape, e.g. to `commandFields` in `types/command/job.ts`:
 *
 *     retries: optional(integer, "Number of retries after a failure."),
 *
 * The line is enough to validate the field, to type it, to print it in dumps, and to describe it in editors. `required`
 * instead of `optional` makes it required. Further steps, as needed:
 *
 * - a getter in the `Job` subclass of the same file;
 * - the conversion for Azure ML in `shared/backends/azureml/rest`, without which the field is not sent;
 * - the field in nodes of a pipeline, which have shapes of their own in `types/pipeline/nodes`;
 * - a check in `types/<type>/checks.ts`, for values that are valid but fail in Azure ML;
 * - a test in `test/unit/core/job/types/<type>/job.test.ts`.
 *
 * The types of this folder replace zod's own, because they apply the conversions of the SDK (marshmallow 3) and report
 * the messages of this project. From zod itself, only `z.nullable` and `z.lazy` are used in shapes.
 *
 * | file          | types                                                                            |
 * |---------------|----------------------------------------------------------------------------------|
 * | scalars.ts    | `text`, `integer`, `float`, `number`, `boolean`, `version`, `anything`, ...      |
 * | enums.ts      | `enumOf(["low", "high"])`: enum values, in any accepted spelling                 |
 * | containers.ts | `listOf`, `mapOf`, and unions: `oneOf`, `byType`, `byField`                      |
 * | fields.ts     | `fields(shape, options)`: a mapping with known fields; others are issues         |
 * | custom.ts     | `custom`: a type parsed by a function; `transformed`: a type with a second step  |
 *
 * Types that several job types share are in `../fields`, and shared descriptions in `descriptions.ts`.
 */
import * as z from "zod/mini";

/** A zod type that parses to a `T`. */
export type Schema<T> = z.ZodMiniType<T, unknown>;

/** The descriptions of fields; zod's converter copies them into the JSON Schema. */
export const fieldDocs = z.registry<{ readonly description: string }>();

/** A required field with its description, which editors show. */
export function required<Type extends z.ZodMiniType>(type: Type, description: string): Type {
  // A copy, because other fields of the same type have other descriptions.
  const copy = type.clone();
  fieldDocs.add(copy, { description });
  return copy;
}

/** An optional field with its description, which editors show. */
export function optional<Type extends z.ZodMiniType>(type: Type, description?: string): z.ZodMiniOptional<Type> {
  const field = z.optional(type);
  if (description !== undefined) fieldDocs.add(field, { description });
  return field;
}
