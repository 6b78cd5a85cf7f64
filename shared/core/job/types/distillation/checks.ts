import { checkConnection } from "../../fields/connection.ts";
import { checkModelInputs } from "../../fields/model-inputs.ts";
import { defineJobType } from "../../job-type.ts";
import { DistillationJob, distillationJobFields } from "./job.ts";

/** The job type `distillation`. */
export const distillationJobType = defineJobType({
  name: "distillation",
  schema: distillationJobFields,
  create: (fields, known) => new DistillationJob(fields, known),
  check(fields, context, { payload }) {
    const { student_model, training_data, validation_data } = fields;
    checkConnection(fields.teacher_model_endpoint_connection, ["teacher_model_endpoint_connection"], context.report);
    checkModelInputs({ student_model, training_data, validation_data }, payload, context);
    return fields;
  },
});
