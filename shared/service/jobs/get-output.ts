import { ServiceError } from "../../core/errors.ts";
import type { CallOptions } from "../../core/ports/ports.ts";
import type { ByteRange, FileInfo, JobFile, JobFiles } from "../../core/ports/storage-ports.ts";
import { isFinished } from "../../core/records/phases.ts";
import type { JobRecord } from "../../core/records/record.ts";
import { isBlobSafePath } from "../../core/text/blob-safe-path.ts";
import type { Clock } from "../../lib/clock.ts";
import { type GetJobPorts, getJob } from "./get-job.ts";
import { undefinedIfUnsigned, urlExpiry } from "./get-log-file.ts";
import { readInParts } from "./read-in-parts.ts";

export interface OutputPorts extends GetJobPorts {
  readonly outputs: JobFiles;
  readonly clock: Clock;
  /** Minutes for which a URL signed by the service is valid. */
  readonly logUrlMinutes: number;
}

/** The output files of a job, by path. @throws ServiceError `job_not_found`. */
export async function listOutputs(
  ports: OutputPorts,
  name: string,
  options: CallOptions = {},
): Promise<readonly FileInfo[]> {
  await getJob(ports, name, options);
  return ports.outputs.list(name, options);
}

/**
 * A range of an output file, or all of it.
 * @throws ServiceError `job_not_found`, `output_not_found`, `range_not_satisfiable`.
 */
export async function getOutput(
  ports: OutputPorts,
  name: string,
  path: string,
  range?: ByteRange,
  options: CallOptions = {},
): Promise<JobFile> {
  const record = await getJob(ports, name, options);
  const content = isBlobSafePath(path)
    ? await readInParts((part) => ports.outputs.read(name, path, part, options), range)
    : undefined;
  if (content === undefined) throw outputNotFound(record, path);
  return { ...content, url: () => undefinedIfUnsigned(ports.outputs.sign(name, path, urlExpiry(ports), options)) };
}

function outputNotFound(record: JobRecord, path: string): ServiceError {
  const { name, status, backend } = record;
  const output = JSON.stringify(path.slice(0, 200));
  if (backend === "azureml") {
    return new ServiceError(
      "output_not_found",
      `Job ${name} has no output ${output} here: the outputs of jobs that run on Azure ML stay in its datastores.`,
    );
  }
  const later = isFinished(record) ? "" : ` yet: outputs are stored when the job ends, and its status is ${status}`;
  return new ServiceError("output_not_found", `Job ${name} has no output ${output}${later}.`);
}
