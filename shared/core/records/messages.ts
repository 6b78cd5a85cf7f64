/** What travels on the queues: base64 JSON, checked when it arrives. */
import * as z from "zod/mini";
import { maskText } from "../job/schema/secrets.ts";
import { namePattern } from "./names.ts";
import { noticeCodes } from "./notice.ts";

/** The submission is named besides the job: a message must not meet a later job of the same name. */
const envelope = {
  schema_version: z.literal(1),
  name: z.string().check(z.regex(namePattern)),
  submission_id: z.string(),
  traceparent: z.optional(z.string()),
};

/** RFC 3339. Observations are put in order by it, so what is no time must not get in. */
const time = z.iso.datetime({ offset: true });

/** What a backend said about a job, with the time of asking. Signed URLs are no part of it. */
const observation = z.strictObject({
  status: z.string().check(z.minLength(1)),
  /** When the backend was asked (RFC 3339, UTC). */
  observed_at: time,
  /** The backend's own revision, where it has one: orders observations better than clocks do. */
  revision: z.optional(z.int()),
  started_at: z.optional(time),
  finished_at: z.optional(time),
  error: z.optional(z.strictObject({ code: z.string(), message: z.string() })),
  /** Something wrong that is not the job's own: it holds until an observation without it. */
  notice: z.optional(z.strictObject({ code: z.enum(noticeCodes), message: z.string() })),
  backend_id: z.optional(z.string()),
  studio_url: z.optional(z.string()),
  services: z.optional(z.record(z.string(), z.record(z.string(), z.unknown()))),
  log_names: z.optional(z.array(z.string())),
});
export type Observation = z.infer<typeof observation>;

/** On `job-dispatch`: hand this submission to the backend. */
export const dispatchMessage = z.strictObject(envelope);
export type DispatchMessage = z.infer<typeof dispatchMessage>;

/**
 * On `job-updates`: `status` carries a change that the poll saw; `not_found` says that the backend did not know the job
 * when it was asked; `log_urls` asks for fresh signed log URLs.
 */
export const updateMessage = z.discriminatedUnion("kind", [
  z.strictObject({ ...envelope, kind: z.literal("status"), observation }),
  z.strictObject({ ...envelope, kind: z.literal("not_found"), observed_at: time }),
  z.strictObject({ ...envelope, kind: z.literal("log_urls") }),
]);
export type UpdateMessage = z.infer<typeof updateMessage>;

/** A message with the trace context of whoever sends it, where there is one. */
export function withTraceparent<T extends object>(
  message: T,
  { traceparent }: { readonly traceparent?: string } = {},
): T & { readonly traceparent?: string } {
  return traceparent === undefined ? message : { traceparent, ...message };
}

/** A message as its schema says. @throws when it is anything else, naming the places that are wrong. */
export function readMessage<T>(schema: z.ZodMiniType<T>, message: unknown): T {
  const { data, error } = schema.safeParse(message);
  if (error === undefined) return data as T;
  throw new Error(
    `Not a message of this queue: ${error.issues.map(({ path, message: text }) => `${path.join(".") || "the whole"}: ${text}`).join("; ")}`,
  );
}

const longestShown = 300;

/** A message for the log, whatever it is: in one line, shortened, without secrets. */
export function describeMessage(message: unknown): string {
  const text = typeof message === "string" ? message : (JSON.stringify(message) ?? String(message));
  const line = maskText(text.slice(0, 10 * longestShown)).replaceAll(/\s+/g, " ");
  return line.length > longestShown ? `${line.slice(0, longestShown)}... (${text.length} characters)` : line;
}
