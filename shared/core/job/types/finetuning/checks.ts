import { checkModelInputs } from "../../fields/model-inputs.ts";
import { defineJobType } from "../../job-type.ts";
import { FineTuningJob, fineTuningJobFields } from "./job.ts";

/** The job type `finetuning`. */
export const fineTuningJobType = defineJobType({
  name: "finetuning",
  schema: fineTuningJobFields,
  create: (fields, known) => new FineTuningJob(fields, known),
  check(fields, context, { payload }) {
    const { model, training_data, validation_data } = fields;
    checkModelInputs({ model, training_data, validation_data }, payload, context);
    return fields;
  },
});
