import { checkModelInputs } from "../../fields/model-inputs.ts";
import type { JobType } from "../../job-type.ts";
import { FineTuningJob, fineTuningJobFields } from "./job.ts";

/** The job type `finetuning`. */
export const fineTuningJobType: JobType = {
  schema: fineTuningJobFields,
  jobClass: FineTuningJob,
  check(fields, context) {
    checkModelInputs(fields, ["model", "training_data", "validation_data"], context);
    return fields;
  },
};
