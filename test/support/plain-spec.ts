import type { JobSpec } from "../../shared/backends/local/folder/job-spec.ts";

/** The spec of a job named `a` without inputs and outputs, as the first version of the local backend wrote it. */
export const plainSpec = {
  schema_version: 1,
  name: "a",
  submission_id: "s",
  created_at: "2026-01-01T00:00:00Z",
  max_log_bytes: 1_000_000,
  command: "true",
  bash: "/bin/bash",
  environment: {},
  downloads: [],
  outputs: [],
} as const satisfies JobSpec;
