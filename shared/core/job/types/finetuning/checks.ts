import { checkInputPaths, checkTrainedModel } from "../../checks/input-paths.ts";
import { defineJobType } from "../../job-type.ts";
import { FineTuningJob, fineTuningJobFields } from "./job.ts";

/** The job type `finetuning`. */
export const fineTuningJobType = defineJobType({
  name: "finetuning",
  schema: fineTuningJobFields,
  create: (fields, known) => new FineTuningJob(fields, known),
  check(fields, context) {
    const { model, training_data, validation_data } = fields;
    checkTrainedModel(context, "model", model);
    checkInputPaths(context, { training_data, validation_data }, []);
    return fields;
  },
});
