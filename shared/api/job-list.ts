/** The query and the pages of `GET /api/jobs`. */
import type { HttpRequest, HttpResponseInit } from "@azure/functions";
import * as z from "zod/mini";
import { closest } from "../core/job/closest.ts";
import { jobTypeNames } from "../core/job/type-names.ts";
import type { IndexEntry, IndexPage, IndexQuery } from "../core/job-index.ts";
import { oneForm } from "../core/one-form.ts";
import { knownStatuses } from "../core/status.ts";
import { jsonAnswer } from "./json-answer.ts";
import { defaultPageSize, nextLink, paging } from "./paging.ts";
import { readQuery } from "./read-query.ts";

const text = z.pipe(z.string().check(z.minLength(1, "must not be empty"), z.maxLength(300, "must have at most 300 characters")), z.transform(oneForm));
const word = z.optional(text);
const date = z.optional(
  z.pipe(
    z.iso.datetime({ offset: true, error: "must be a date and time like 2026-01-31T12:00:00Z" }),
    z.transform((time: string) => new Date(time)),
  ),
);

/** A backend may have statuses of its own, so only what seems to be a slip is refused: it would find nothing, without a word. */
const status = z.optional(text.check(z.refine((word) => (closest(word, knownStatuses) ?? word) === word, `must be a status: ${knownStatuses.join(", ")}`)));

const parameters = {
  status,
  type: z.optional(z.enum(jobTypeNames, `must be one of ${jobTypeNames.join(", ")}`)),
  experiment_name: word,
  compute: word,
  created_by: word,
  tag: z.optional(z.array(text)),
  created_after: date,
  created_before: date,
  archived: z.optional(z.enum(["true", "false", "all"], "must be true, false or all")),
  q: word,
  ...paging,
} as const;

/** Reads the filters of a list. @throws ServiceError `invalid_query`. */
export function listQuery(request: HttpRequest): IndexQuery {
  const { tag, q, archived, maxpagesize = defaultPageSize, compute, ...filters } = readQuery(request, parameters, ["tag"]);
  const wanted = (tag ?? []).map(tagFilter);
  const text = q?.toLowerCase();
  const given = Object.fromEntries(Object.entries(filters).filter(([, value]) => value !== undefined));
  return {
    ...given,
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

/** A page; `nextLink` carries the same filters on, and is absent on the last page. */
export function listAnswer(request: HttpRequest, { entries, continuation }: IndexPage, publicUrl: string): HttpResponseInit {
  const value = entries.map(({ owner: _owner, created_at, created_by, ...entry }) => ({ ...entry, creation_context: { created_at, created_by } }));
  return jsonAnswer({ value, ...nextLink(request, continuation, publicUrl) }, { "cache-control": "no-store" });
}
