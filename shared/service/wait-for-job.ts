import type { CallOptions, Clock } from "../core/ports.ts";
import type { JobRecord } from "../core/record.ts";
import { type GetJobPorts, getJob } from "./get-job.ts";

export interface WaitPorts extends GetJobPorts {
  readonly clock: Clock;
}

/** A change is seen this long after it was written, at the most. */
const lookMs = 1000;

/** Reads a job once the caller does not know its state yet, or the seconds are over. @throws ServiceError `job_not_found`, also when it is deleted meanwhile. */
export async function waitForJob(
  ports: WaitPorts,
  name: string,
  seconds: number,
  isKnown: (record: JobRecord) => boolean,
  options: CallOptions = {},
): Promise<JobRecord> {
  const end = ports.clock.now().getTime() + seconds * 1000;
  for (;;) {
    const record = await getJob(ports, name, options);
    const left = end - ports.clock.now().getTime();
    if (left <= 0 || options.signal?.aborted === true || !isKnown(record)) return record;
    await ports.clock.sleep(Math.min(left, lookMs), options.signal);
  }
}
