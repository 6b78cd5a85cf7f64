/** REST bodies of jobs: the form in which Azure ML's REST API receives them, built without any call. */
import type { Job } from "../../../core/job/job.ts";
import { AutoMLJob } from "../../../core/job/types/automl/job.ts";
import { CommandJob } from "../../../core/job/types/command/job.ts";
import { DistillationJob } from "../../../core/job/types/distillation/job.ts";
import { FineTuningJob } from "../../../core/job/types/finetuning/job.ts";
import { PipelineJob } from "../../../core/job/types/pipeline/job.ts";
import { SparkJob } from "../../../core/job/types/spark/job.ts";
import { SweepJob } from "../../../core/job/types/sweep/job.ts";
import { BackendRefusal } from "../../../core/ports/backend-port.ts";
import { toJson } from "../../../core/yaml/to-json.ts";
import type { Mapping } from "../../../core/yaml/value.ts";
import type { AssetResolver } from "./asset-ids/asset-ids.ts";
import { automlToRest } from "./automl/automl-to-rest.ts";
import { commandToRest } from "./command-to-rest.ts";
import { distillationToRest } from "./finetuning/distillation-to-rest.ts";
import { fineTuningToRest } from "./finetuning/finetuning-to-rest.ts";
import { pipelineToRest } from "./pipeline/pipeline-to-rest.ts";
import { sparkToRest } from "./spark-to-rest.ts";
import { sweepToRest } from "./sweep-to-rest.ts";
import { sentMapping } from "./values/sent-dates.ts";

/** The REST body of a job: the body of the PUT that creates it. */
export interface RestJob {
  readonly properties: Readonly<Record<string, unknown>>;
}

/**
 * The REST body of a job, as the SDK sends it. The job needs a name and an experiment.
 * @throws BackendRefusal `unsupported_by_backend` for a job type that Azure ML does not have, `invalid_reference`.
 */
export function jobToRest(job: Job, assets: AssetResolver): RestJob {
  return { properties: toJson(sentMapping(toRest(job, assets))) as Record<string, unknown> };
}

function toRest(job: Job, assets: AssetResolver): Mapping {
  if (job instanceof CommandJob) return commandToRest(job, assets);
  if (job instanceof SweepJob) return sweepToRest(job, assets);
  if (job instanceof PipelineJob) return pipelineToRest(job, assets);
  if (job instanceof AutoMLJob) return automlToRest(job, assets);
  if (job instanceof SparkJob) return sparkToRest(job, assets);
  if (job instanceof FineTuningJob) return fineTuningToRest(job, assets);
  if (job instanceof DistillationJob) return distillationToRest(job, assets);
  throw new BackendRefusal("unsupported_by_backend", `Azure ML does not run jobs of type ${job.type}.`);
}
