import type { Job } from "../../../core/job/job.ts";
import { CommandJob } from "../../../core/job/types/command/job.ts";
import type { Mapping, Value } from "../../../core/yaml/value.ts";

/** Fields of a validated command job that the local backend uses. */
export interface CommandFields {
  readonly command: string;
  readonly code?: Value | undefined;
  readonly environment_variables?: Readonly<Record<string, string>> | undefined;
  readonly inputs?: Readonly<Record<string, Value>> | undefined;
  readonly outputs?: Mapping | undefined;
  readonly limits?: { readonly timeout?: number | bigint | undefined } | undefined;
  readonly [other: string]: unknown;
}

/** The fields of a command job; undefined for a job of another type. */
export function commandFields(job: Job): CommandFields | undefined {
  return job instanceof CommandJob && job.type === "command"
    ? { ...job.fields, environment_variables: job.environment_variables }
    : undefined;
}
