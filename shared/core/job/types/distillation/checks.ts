import { checkInputPaths, checkTrainedModel } from "../../checks/input-paths.ts";
import { checkConnection } from "../../fields/connection.ts";
import { defineJobType } from "../../job-type.ts";
import { DistillationJob, distillationJobFields } from "./job.ts";

/** The job type `distillation`. */
export const distillationJobType = defineJobType({
  name: "distillation",
  schema: distillationJobFields,
  create: (fields, known) => new DistillationJob(fields, known),
  check(fields, context) {
    const { student_model, training_data, validation_data } = fields;
    checkConnection(fields.teacher_model_endpoint_connection, ["teacher_model_endpoint_connection"], context.report);
    checkTrainedModel(context, "student_model", student_model);
    checkInputPaths(context, { training_data, validation_data }, []);
    return fields;
  },
});
