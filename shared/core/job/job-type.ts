import type { Mapping } from "../yaml/value.ts";
import { checkBaseFields, checkNames, checkSecrets } from "./checks/common.ts";
import { checkInputPaths } from "./checks/input-paths.ts";
import type { CheckContext } from "./checks/local-files.ts";
import type { JobFields } from "./fields/base-fields.ts";
import type { Job } from "./job.ts";
import type { KnownFields } from "./known-fields.ts";
import { parseFields, validFields } from "./schema/parse-fields.ts";
import type { Schema } from "./schema/schema.ts";
import type { JobTypeName } from "./type-names.ts";

/** The payload of a job, in which paths of files are replaced by their content. */
export interface Prepared {
  readonly payload: Mapping;
  /** Context of parts that were read from another file; the context of the job by default. */
  readonly inner?: CheckContext;
  /** Inputs that the file of a pipeline declares, with or without a value in the payload. */
  readonly declaredInputs?: Mapping;
}

/** Definition of a job type; `Fields` is the output of its schema. */
export interface JobTypeDefinition<Fields extends JobFields & Mapping> {
  readonly name: JobTypeName;
  readonly schema: Schema<Fields>;
  /** The valid names of inputs and outputs, if they differ from those of other types. */
  readonly portName?: RegExp;
  /** Replaces references to files by their contents, before the schema is applied. */
  prepare?(payload: Mapping, context: CheckContext): Prepared;
  /** Runs the checks of the type and resolves local files; returns the fields of the job. */
  check(fields: Fields, context: CheckContext, prepared: Prepared): Fields;
  create(fields: Fields, known: KnownFields): Job;
}

/** A job type with its field type erased. */
export interface JobType {
  readonly schema: Schema<object>;
  /** Reads a payload; returns the job, or undefined if an error was reported. */
  read(payload: Mapping, context: CheckContext, known: KnownFields): Job | undefined;
  /** A job with these fields, without any checks. @throws ServiceError `invalid_job`. */
  create(fields: object, known?: KnownFields): Job;
}

export function defineJobType<Fields extends JobFields & Mapping>({
  name,
  schema,
  portName,
  prepare,
  check,
  create,
}: JobTypeDefinition<Fields>): JobType {
  return {
    schema,
    create: (fields, known = {}) => create(validFields(name, schema, fields), known),
    read(payload, context, known) {
      const prepared = prepare?.(payload, context) ?? { payload };
      const { fields, diagnostics } = parseFields(schema, prepared.payload);
      if (diagnostics !== undefined) {
        for (const diagnostic of diagnostics) context.report(diagnostic);
        return undefined;
      }
      checkSecrets(fields, [], context.report);
      checkBaseFields(fields, context.report);
      checkNames(fields.inputs, ["inputs"], context.report, portName);
      checkNames(fields.outputs, ["outputs"], context.report, portName);
      checkInputPaths(context, fields.inputs, ["inputs"]);
      const checked = check(fields, context, prepared);
      return context.hasErrors() ? undefined : create(checked, known);
    },
  };
}
