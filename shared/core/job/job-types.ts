import type { JobType } from "./job-type.ts";
import type { JobTypeName } from "./type-names.ts";
import { automlJobType } from "./types/automl/checks.ts";
import { commandJobType } from "./types/command/checks.ts";
import { distillationJobType } from "./types/distillation/checks.ts";
import { fineTuningJobType } from "./types/finetuning/checks.ts";
import { importJobType } from "./types/import/checks.ts";
import { pipelineJobType } from "./types/pipeline/checks.ts";
import { sparkJobType } from "./types/spark/checks.ts";
import { sweepJobType } from "./types/sweep/checks.ts";

/** All job types by name. */
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

/** The type of a job without a `type`, as in the SDK. */
export const defaultType: JobTypeName = "command";
