import { ServiceError } from "../core/errors.ts";
import { isPlainPath } from "../core/plain-path.ts";
import type { CallOptions } from "../core/ports.ts";
import type { ByteRange, FileContent, FileInfo, JobFiles } from "../core/storage-ports.ts";
import { type GetJobPorts, getJob } from "./get-job.ts";

export interface OutputPorts extends GetJobPorts {
  readonly outputs: JobFiles;
}

/** What a job left, in order of paths. @throws ServiceError `job_not_found`. */
export async function listOutputs(ports: OutputPorts, name: string, options: CallOptions = {}): Promise<readonly FileInfo[]> {
  await getJob(ports, name, options);
  return ports.outputs.list(name, options);
}

/** Part or all of a file that a job left. @throws ServiceError `job_not_found`, `output_not_found`, `range_not_satisfiable`. */
export async function readOutput(ports: OutputPorts, name: string, path: string, range?: ByteRange, options: CallOptions = {}): Promise<FileContent> {
  await getJob(ports, name, options);
  const content = isPlainPath(path) ? await ports.outputs.read(name, path, range, options) : undefined;
  if (content === undefined) throw new ServiceError("output_not_found", `Job ${name} has no output ${JSON.stringify(path.slice(0, 200))}.`);
  return content;
}
