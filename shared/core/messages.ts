/** What travels on the queues: base64 JSON, checked when it arrives. */
import * as z from "zod";

/** The submission is named besides the job: a message must not meet a later job of the same name. */
const envelope = { schema_version: z.literal(1), name: z.string(), submission_id: z.string(), traceparent: z.string().optional() };

/** What a backend said about a job, with the time of asking. Signed URLs are no part of it. */
const observation = z.strictObject({
  status: z.string().min(1),
  /** When the backend was asked (RFC 3339, UTC). */
  observed_at: z.string(),
  /** The backend's own revision, where it has one: orders observations better than clocks do. */
  revision: z.number().int().optional(),
  started_at: z.string().optional(),
  finished_at: z.string().optional(),
  error: z.strictObject({ code: z.string(), message: z.string() }).optional(),
  backend_id: z.string().optional(),
  studio_url: z.string().optional(),
  services: z.record(z.string(), z.record(z.string(), z.unknown())).optional(),
  log_names: z.array(z.string()).optional(),
});
export type Observation = z.infer<typeof observation>;

/** On `job-dispatch`: hand this submission to the backend. */
export const dispatchMessage = z.strictObject(envelope);
export type DispatchMessage = z.infer<typeof dispatchMessage>;

/**
 * On `job-updates`: `status` carries a change that the poll saw; `not_found` says that the backend did not know the job when
 * it was asked; `log_urls` asks for fresh signed log URLs.
 */
export const updateMessage = z.discriminatedUnion("kind", [
  z.strictObject({ ...envelope, kind: z.literal("status"), observation }),
  z.strictObject({ ...envelope, kind: z.literal("not_found"), observed_at: z.string() }),
  z.strictObject({ ...envelope, kind: z.literal("log_urls") }),
]);
export type UpdateMessage = z.infer<typeof updateMessage>;

/** A message as its schema says. @throws when it is anything else, naming the places that are wrong. */
export function readMessage<T>(schema: z.ZodType<T>, message: unknown): T {
  const { data, error } = schema.safeParse(message);
  if (error === undefined) return data as T;
  throw new Error(`Not a message of this queue: ${error.issues.map(({ path, message: text }) => `${path.join(".") || "the whole"}: ${text}`).join("; ")}`);
}
