import type { CreationContext } from "../records/record.ts";

/** Fields of a job that only the service sets; keyword arguments of the SDK's classes. */
export interface KnownFields {
  readonly id?: string | undefined;
  readonly status?: string | undefined;
  /** Log name -> URL. */
  readonly log_files?: Readonly<Record<string, string>> | undefined;
  readonly creation_context?: CreationContext | undefined;
  /** Folder that paths of the job are relative to. */
  readonly base_path?: string | undefined;
  readonly studio_url?: string | undefined;
  /** Endpoints reported by the backend; they replace services of the same name in the dump. */
  readonly services?: Readonly<Record<string, object>> | undefined;
}
