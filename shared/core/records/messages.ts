/** Messages of the queues: base64 JSON, validated on receipt. */
import * as z from "zod/mini";
import { maskText } from "../text/mask-secrets.ts";
import { namePattern } from "./job-names.ts";
import { noticeCodes } from "./notice.ts";

/**
 * Fields of every message. The submission is included, so that a message never applies to a later job of the same name.
 */
const envelope = {
  schema_version: z.literal(1),
  name: z.string().check(z.regex(namePattern)),
  submission_id: z.string(),
  traceparent: z.optional(z.string()),
};

/** RFC 3339. Validated, because observations are ordered by it. */
const time = z.iso.datetime({ offset: true });

/** The status of a job as a backend reported it, with the time of the request. Contains no signed URLs. */
const observation = z.strictObject({
  status: z.string().check(z.minLength(1)),
  /** Time of the request to the backend (RFC 3339, UTC). */
  observed_at: time,
  /** The backend's revision of the job, if it has one. It orders observations more reliably than clocks. */
  revision: z.optional(z.int()),
  started_at: z.optional(time),
  finished_at: z.optional(time),
  error: z.optional(z.strictObject({ code: z.string(), message: z.string() })),
  /** A problem of the backend or service that affects the job, valid until an observation without it. */
  notice: z.optional(z.strictObject({ code: z.enum(noticeCodes), message: z.string() })),
  backend_id: z.optional(z.string()),
  studio_url: z.optional(z.string()),
  services: z.optional(z.record(z.string(), z.record(z.string(), z.unknown()))),
  log_names: z.optional(z.array(z.string())),
});
export type Observation = z.infer<typeof observation>;

/** On `job-dispatch`: submit this job to the backend. */
export const dispatchMessage = z.strictObject(envelope);
export type DispatchMessage = z.infer<typeof dispatchMessage>;

/**
 * On `job-updates`: `status` is a change that the poll observed; `not_found` that the backend did not have the job;
 * `log_urls` a request for fresh signed log URLs.
 */
export const updateMessage = z.discriminatedUnion("kind", [
  z.strictObject({ ...envelope, kind: z.literal("status"), observation }),
  z.strictObject({ ...envelope, kind: z.literal("not_found"), observed_at: time }),
  z.strictObject({ ...envelope, kind: z.literal("log_urls") }),
]);
export type UpdateMessage = z.infer<typeof updateMessage>;

/** The message with the sender's trace context, if any. */
export function withTraceparent<T extends object>(
  message: T,
  { traceparent }: { readonly traceparent?: string } = {},
): T & { readonly traceparent?: string } {
  return traceparent === undefined ? message : { traceparent, ...message };
}

/** Parses a message by its schema. @throws Error that names each invalid field. */
export function readMessage<T>(schema: z.ZodMiniType<T>, message: unknown): T {
  const { data, error } = schema.safeParse(message);
  if (error === undefined) return data as T;
  const issues = error.issues.map(({ path, message: text }) => `${path.join(".") || "the root"}: ${text}`);
  throw new Error(`Not a message of this queue: ${issues.join("; ")}`);
}

const maxLength = 300;

/** Any message as a text for the log: one line, shortened, without secrets. */
export function describeMessage(message: unknown): string {
  const text = typeof message === "string" ? message : (JSON.stringify(message) ?? String(message));
  const line = maskText(text.slice(0, 10 * maxLength)).replaceAll(/\s+/g, " ");
  return line.length > maxLength ? `${line.slice(0, maxLength)}... (${text.length} characters)` : line;
}
