// An HTTP client for tests of the running service.
import { send, type TextResponse } from "./send.ts";
import { until } from "./until.ts";

export const yaml = { "content-type": "application/yaml" };
export const json = { "content-type": "application/json" };

/** The fields of a job that tests read. */
export interface JobDocument {
  readonly name: string;
  readonly status: string;
  readonly type: string;
  readonly revision: number;
  readonly log_files: Readonly<Record<string, string>>;
  readonly error?: { readonly code: string; readonly message: string };
  readonly started_at?: string;
  readonly finished_at?: string;
  readonly [field: string]: unknown;
}

export interface Problem {
  readonly status: number;
  readonly code: string;
  readonly detail: string;
  readonly request_id: string;
  readonly issues?: readonly {
    readonly pointer: string;
    readonly code: string;
    readonly message: string;
    readonly line?: number;
    readonly column?: number;
  }[];
}

const terminal: readonly string[] = ["Completed", "Failed", "Canceled"];
const jobMs = 60_000;

/** The YAML of a command job. */
export function jobYaml(command: string, more = ""): string {
  return `command: ${JSON.stringify(command)}\nenvironment: azureml:any@latest\n${more}`;
}

/** Submits a job. @throws Error unless the response is 201. */
export async function submit(
  base: string,
  body: string | Uint8Array,
  headers: Readonly<Record<string, string>> = yaml,
): Promise<JobDocument> {
  const answer = await send(base, "POST /api/jobs", { headers, body });
  if (answer.status !== 201) throw new Error(`The submission answered ${answer.status}: ${answer.text}`);
  return answer.json<JobDocument>();
}

export async function getJob(base: string, name: string): Promise<JobDocument> {
  const answer = await send(base, `GET /api/jobs/${name}`);
  if (answer.status !== 200) throw new Error(`Job ${name} answered ${answer.status}: ${answer.text}`);
  return answer.json<JobDocument>();
}

/** Waits until the job has this status. */
export function waitForStatus(base: string, name: string, status: string): Promise<JobDocument> {
  return until(
    () => getJob(base, name),
    (job) => job.status === status,
    jobMs,
  );
}

/** Waits until the job has ended. */
export function waitForEnd(base: string, name: string, timeoutMs = jobMs): Promise<JobDocument> {
  return until(
    () => getJob(base, name),
    (job) => terminal.includes(job.status),
    timeoutMs,
  );
}

/** Submits a job and waits until it has ended. */
export async function runToEnd(
  base: string,
  body: string | Uint8Array,
  headers?: Readonly<Record<string, string>>,
): Promise<JobDocument> {
  const { name } = await submit(base, body, headers);
  return waitForEnd(base, name);
}

export const stdLog = "user_logs/std_log.txt";

export function getLog(
  base: string,
  name: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<TextResponse> {
  return send(base, `GET /api/jobs/${name}/log_files/${stdLog}`, { headers });
}

/** Waits until the log contains this text. */
export async function waitForLog(base: string, name: string, part: string | RegExp): Promise<string> {
  return until(
    async () => {
      const answer = await getLog(base, name);
      return answer.status === 200 ? answer.text : "";
    },
    (text) => (typeof part === "string" ? text.includes(part) : part.test(text)),
    jobMs,
  );
}
