import { expect } from "vitest";
import { type LoadOptions, loadJob } from "../../../../../../shared/core/job/load-job.ts";
import type { PipelineJob } from "../../../../../../shared/core/job/types/pipeline/job.ts";

/** The first lines of a pipeline job. */
export const pipelineHead = "type: pipeline\nsettings: {default_compute: azureml:cpu}\n";

/** Loads a valid pipeline job. */
export function loadPipeline(text: string, options?: LoadOptions): PipelineJob {
  const { job, issues } = loadJob(text, options);
  expect(issues).toBeUndefined();
  return job as PipelineJob;
}
