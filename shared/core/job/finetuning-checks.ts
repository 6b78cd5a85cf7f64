import { checkBase, checkKeys } from "./checks.ts";
import { FineTuningJob, type FineTuningJobFields, fineTuningJobFields } from "./finetuning-job.ts";
import type { JobType } from "./job-type.ts";
import { checkModelInputs } from "./model-inputs.ts";

/** How finetuning jobs are read. */
export const fineTuningJobType: JobType = {
  schema: fineTuningJobFields,
  check(fields, context) {
    checkBase(fields, context.find);
    checkKeys(fields.outputs, ["outputs"], context.find);
    checkModelInputs(fields, ["model", "training_data", "validation_data"], context);
    return fields;
  },
  make: (fields, known) => new FineTuningJob(fields as unknown as FineTuningJobFields, known),
};
