import { automlJobType } from "./automl-checks.ts";
import { commandJobType } from "./command-checks.ts";
import { distillationJobType } from "./distillation-checks.ts";
import { fineTuningJobType } from "./finetuning-checks.ts";
import { importJobType } from "./import-checks.ts";
import type { JobType } from "./job-type.ts";
import { pipelineJobType } from "./pipeline-checks.ts";
import { sparkJobType } from "./spark-checks.ts";
import { sweepJobType } from "./sweep-checks.ts";
import type { JobTypeName } from "./type-names.ts";

/** Every type of job that can be read. */
export const jobTypes: Readonly<Record<JobTypeName, JobType>> = {
  command: commandJobType,
  sweep: sweepJobType,
  pipeline: pipelineJobType,
  automl: automlJobType,
  spark: sparkJobType,
  finetuning: fineTuningJobType,
  distillation: distillationJobType,
  import: importJobType,
};

/** The type of a job that names none, as in the SDK. */
export const defaultType: JobTypeName = "command";
