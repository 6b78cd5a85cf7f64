/** The query and the pages of `GET /api/jobs`. */
import type { HttpRequest, HttpResponseInit } from "@azure/functions";
import * as z from "zod/mini";
import { jobTypeNames } from "../../core/job/type-names.ts";
import type { IndexEntry, IndexPage, IndexQuery } from "../../core/ports/job-index.ts";
import { isTerminal, listedStatuses } from "../../core/records/status.ts";
import { toNfc } from "../../core/text/to-nfc.ts";
import { defined } from "../../lib/defined.ts";
import { flag, readQuery, wordOf } from "../request/read-query.ts";
import { jsonResponse } from "./json-response.ts";
import { defaultPageSize, nextLink, pagingParameters } from "./paging.ts";

const text = z.pipe(
  z.string().check(z.minLength(1, "must not be empty"), z.maxLength(300, "must have at most 300 characters")),
  z.transform(toNfc),
);
const word = z.optional(text);
const date = z.optional(
  z.pipe(
    z.iso.datetime({ offset: true, error: "must be a date and time like 2026-01-31T12:00:00Z" }),
    z.transform((time: string) => new Date(time)),
  ),
);

const statusOf = (text: string) => listedStatuses.find((word) => word.toLowerCase() === text.trim().toLowerCase());

/** Statuses, each as a parameter of its own or several with commas between. An unknown one would find nothing, without a word. */
const statuses = z.optional(
  z.pipe(
    z
      .array(z.string())
      .check(
        z.refine(
          (texts) => texts.flatMap((text) => text.split(",")).every((text) => statusOf(text) !== undefined),
          `must be one or more of ${listedStatuses.join(", ")}`,
        ),
      ),
    z.transform((texts: string[]) => {
      const wanted = new Set(texts.flatMap((text) => text.split(",")).map(statusOf));
      return listedStatuses.filter((word) => wanted.has(word));
    }),
  ),
);

const parameters = {
  status: statuses,
  active: flag,
  type: z.optional(z.enum(jobTypeNames, `must be one of ${jobTypeNames.join(", ")}`)),
  experiment_name: word,
  compute: word,
  created_by: word,
  tag: z.optional(z.array(text)),
  created_after: date,
  created_before: date,
  archived: wordOf(["true", "false", "all"], "must be true, false or all"),
  q: word,
  ...pagingParameters,
} as const;

/** Reads the filters of a list. @throws ServiceError `invalid_query`. */
export function readJobListQuery(request: HttpRequest): IndexQuery {
  const {
    tag,
    q,
    archived,
    status,
    maxpagesize = defaultPageSize,
    compute,
    ...filters
  } = readQuery(request, parameters, ["tag", "status"]);
  const wanted = (tag ?? []).map(tagFilter);
  const text = q?.toLowerCase();
  const given = Object.fromEntries(Object.entries(filters).filter(([, value]) => value !== undefined));
  return {
    ...given,
    ...defined({ statuses: status }),
    ...(compute === undefined ? {} : { compute: compute.replace(/^azureml:/, "") }),
    ...(archived === "all" ? {} : { archived: archived === "true" }),
    limit: maxpagesize,
    ...(tag === undefined && q === undefined ? {} : { matching: JSON.stringify([tag, q]) }),
    matches: (entry) => wanted.every((matches) => matches(entry)) && (text === undefined || hasText(entry, text)),
  };
}

/** `key` or `key:value`; a key with a colon in it is found by its whole text too. */
function tagFilter(tag: string): (entry: IndexEntry) => boolean {
  const colon = tag.indexOf(":");
  const [key, value] = [tag.slice(0, colon), tag.slice(colon + 1)];
  return ({ tags }) => Object.hasOwn(tags, tag) || (colon > 0 && Object.hasOwn(tags, key) && tags[key] === value);
}

function hasText({ name, display_name = "", description = "" }: IndexEntry, text: string): boolean {
  return [name, display_name, description].some((field) => field.toLowerCase().includes(text));
}

/** An error in a list is short; the job itself has all of it. */
const messageLength = 200;

/** A page; `nextLink` carries the same filters on, and is absent on the last page. `now` ends the duration of a job that runs. */
export function jobListResponse(
  request: HttpRequest,
  { entries, continuation }: IndexPage,
  publicUrl: string,
  now: Date,
): HttpResponseInit {
  return jsonResponse(
    { value: entries.map((entry) => rowOf(entry, now)), ...nextLink(request, continuation, publicUrl) },
    { "cache-control": "no-store" },
  );
}

function rowOf({ owner: _owner, created_at, created_by, error, ...entry }: IndexEntry, now: Date) {
  const duration = durationOf(entry, now);
  return {
    ...entry,
    ...(error === undefined ? {} : { error: { code: error.code, message: shortened(error.message) } }),
    ...defined({ duration }),
    creation_context: { created_at, created_by },
  };
}

/** Seconds that a job ran, or has run so far; undefined for one that never started. A backend's clock may differ from ours. */
function durationOf(
  { started_at, finished_at, status }: Pick<IndexEntry, "started_at" | "finished_at" | "status">,
  now: Date,
): number | undefined {
  if (started_at === undefined || (finished_at === undefined && isTerminal(status))) return undefined;
  const end = finished_at === undefined ? now.getTime() : Date.parse(finished_at);
  return Math.max(0, Math.round((end - Date.parse(started_at)) / 100) / 10);
}

function shortened(text: string): string {
  const letters = Array.from(text.slice(0, 2 * messageLength));
  return letters.length <= messageLength && text.length <= 2 * messageLength
    ? text
    : `${letters.slice(0, messageLength - 3).join("")}...`;
}
