import type { HttpRequest, HttpResponseInit } from "@azure/functions";
import type { IndexEntry, IndexPage } from "../../core/ports/job-index.ts";
import { isTerminal } from "../../core/records/status.ts";
import { defined } from "../../lib/defined.ts";
import { jsonResponse } from "./json-response.ts";
import { nextLink } from "./next-link.ts";

/** The response to `GET /api/jobs`. The duration of running jobs is computed up to `now`. */
export function jobListResponse(
  request: HttpRequest,
  { entries, continuation }: IndexPage,
  publicUrl: string,
  now: Date,
): HttpResponseInit {
  return jsonResponse(
    { value: entries.map((entry) => listItem(entry, now)), ...nextLink(request, continuation, publicUrl) },
    { "cache-control": "no-store" },
  );
}

function listItem({ owner: _owner, created_at, created_by, error, ...entry }: IndexEntry, now: Date) {
  const shortError = error === undefined ? undefined : { code: error.code, message: shorten(error.message) };
  return {
    ...entry,
    ...defined({ error: shortError, duration: durationOf(entry, now) }),
    creation_context: { created_at, created_by },
  };
}

/**
 * Seconds from the start of a job to its end or `now`; undefined without a start. Never negative, although the clock of
 * the backend may differ.
 */
function durationOf(
  { started_at, finished_at, status }: Pick<IndexEntry, "started_at" | "finished_at" | "status">,
  now: Date,
): number | undefined {
  if (started_at === undefined || (finished_at === undefined && isTerminal(status))) return undefined;
  const end = finished_at === undefined ? now.getTime() : Date.parse(finished_at);
  return Math.max(0, Math.round((end - Date.parse(started_at)) / 100) / 10);
}

/** Longest error message in a list, in characters. The response of the job itself has the whole message. */
const maxMessage = 200;

function shorten(text: string): string {
  // Code points instead of UTF-16 units, so that no surrogate pair is cut.
  const characters = Array.from(text.slice(0, 2 * maxMessage));
  return characters.length <= maxMessage && text.length <= 2 * maxMessage
    ? text
    : `${characters.slice(0, maxMessage - 3).join("")}...`;
}
