// The notices of jobs that wait, and the readiness of the service.
import { getJob, type JobDocument } from "./job-client.ts";
import { send } from "./send.ts";
import { until } from "./until.ts";

interface Notice {
  readonly code: string;
  readonly message: string;
  readonly since: string;
}

interface Readiness {
  readonly checks: Readonly<
    Record<"storage" | "backend", { readonly status: string; readonly code?: string; readonly message?: string }>
  >;
}

const minute = 60_000;

export function noticeOf(job: JobDocument): Notice | undefined {
  return job.notice as Notice | undefined;
}

/** Waits until the job has a notice with this code, or none for undefined. */
export function waitForNotice(url: string, name: string, code: string | undefined): Promise<JobDocument> {
  return until(
    () => getJob(url, name),
    (job) => noticeOf(job)?.code === code,
    minute,
  );
}

/** Waits until a check of the readiness fails with this code. */
export function waitForFailedCheck(url: string, check: "storage" | "backend", code: string): Promise<Readiness> {
  return until(
    async () => (await send(url, "GET /api/health/ready")).json<Readiness>(),
    ({ checks }) => checks[check].code === code,
    minute,
  );
}
