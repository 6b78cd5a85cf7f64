import type { CreationContext } from "../records/record.ts";

/** What only a service knows about a job: the SDK's keyword arguments. */
export interface KnownFields {
  readonly id?: string | undefined;
  readonly status?: string | undefined;
  /** Log name -> URL. */
  readonly log_files?: Readonly<Record<string, string>> | undefined;
  readonly creation_context?: CreationContext | undefined;
  /** The folder that relative paths of the job start from. */
  readonly base_path?: string | undefined;
  readonly studio_url?: string | undefined;
  /** Endpoints as the backend reports them; they print over the job's own services. */
  readonly services?: Readonly<Record<string, object>> | undefined;
}
