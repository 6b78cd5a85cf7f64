import { checkConnection } from "../../fields/connection.ts";
import { checkModelInputs } from "../../fields/model-inputs.ts";
import type { JobType } from "../../job-type.ts";
import { DistillationJob, distillationJobFields } from "./job.ts";

/** The job type `distillation`. */
export const distillationJobType: JobType = {
  schema: distillationJobFields,
  jobClass: DistillationJob,
  check(fields, context) {
    checkConnection(fields.teacher_model_endpoint_connection, ["teacher_model_endpoint_connection"], context.find);
    checkModelInputs(fields, ["student_model", "training_data", "validation_data"], context);
    return fields;
  },
};
