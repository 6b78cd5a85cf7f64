import { checkBase, checkKeys } from "./checks.ts";
import { checkConnection } from "./connection.ts";
import { DistillationJob, type DistillationJobFields, distillationJobFields } from "./distillation-job.ts";
import type { JobType } from "./job-type.ts";
import { checkModelInputs } from "./model-inputs.ts";

/** How distillation jobs are read. */
export const distillationJobType: JobType = {
  schema: distillationJobFields,
  check(fields, context) {
    checkBase(fields, context.find);
    checkKeys(fields.outputs, ["outputs"], context.find);
    checkConnection(fields.teacher_model_endpoint_connection, ["teacher_model_endpoint_connection"], context.find);
    checkModelInputs(fields, ["student_model", "training_data", "validation_data"], context);
    return fields;
  },
  make: (fields, known) => new DistillationJob(fields as unknown as DistillationJobFields, known),
};
