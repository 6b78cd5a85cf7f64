/** The query of `GET /api/jobs`. */
import type { HttpRequest } from "@azure/functions";
import * as z from "zod/mini";
import { jobTypeNames } from "../../core/job/type-names.ts";
import type { IndexEntry, IndexQuery } from "../../core/ports/job-index.ts";
import { listedStatuses } from "../../core/records/status.ts";
import { toNfc } from "../../core/text/to-nfc.ts";
import { defined } from "../../lib/defined.ts";
import { defaultPageSize, pagingParameters } from "./paging.ts";
import { flag, oneOf, readQuery } from "./read-query.ts";

const text = z.pipe(
  z.string().check(z.minLength(1, "must not be empty"), z.maxLength(300, "must have at most 300 characters")),
  z.transform(toNfc),
);
const optionalText = z.optional(text);
const date = z.optional(
  z.pipe(
    z.iso.datetime({ offset: true, error: "must be a date and time like 2026-01-31T12:00:00Z" }),
    z.transform((time: string) => new Date(time)),
  ),
);

const statusOf = (word: string) => listedStatuses.find((status) => status.toLowerCase() === word.trim().toLowerCase());
const statusesIn = (values: readonly string[]) => values.flatMap((value) => value.split(",")).map(statusOf);

/**
 * Statuses, in repeated parameters or separated by commas. Unknown ones are rejected, because they would match no job.
 */
const statuses = z.optional(
  z.pipe(
    z
      .array(z.string())
      .check(
        z.refine(
          (values) => !statusesIn(values).includes(undefined),
          `must be one or more of ${listedStatuses.join(", ")}`,
        ),
      ),
    z.transform((values: string[]) => {
      const wanted = new Set(statusesIn(values));
      return listedStatuses.filter((status) => wanted.has(status));
    }),
  ),
);

const parameters = {
  status: statuses,
  active: flag,
  type: z.optional(z.enum(jobTypeNames, `must be one of ${jobTypeNames.join(", ")}`)),
  experiment_name: optionalText,
  compute: optionalText,
  created_by: optionalText,
  tag: z.optional(z.array(text)),
  created_after: date,
  created_before: date,
  archived: oneOf(["true", "false", "all"], "must be true, false or all"),
  q: optionalText,
  ...pagingParameters,
} as const;

/** Parses the filters and the page of a job list. @throws ServiceError `invalid_query`. */
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
  const tagFilters = (tag ?? []).map(tagFilter);
  const search = q?.toLowerCase();
  return {
    ...defined({ ...filters, statuses: status, compute: compute?.replace(/^azureml:/, "") }),
    ...(archived === "all" ? {} : { archived: archived === "true" }),
    limit: maxpagesize,
    ...(tag === undefined && q === undefined ? {} : { matching: JSON.stringify([tag, q]) }),
    matches: (entry) =>
      tagFilters.every((matches) => matches(entry)) && (search === undefined || contains(entry, search)),
  };
}

/** Matches a tag by `key` or `key:value`. A key may itself contain a colon. */
function tagFilter(tag: string): (entry: IndexEntry) => boolean {
  const colon = tag.indexOf(":");
  const [key, value] = [tag.slice(0, colon), tag.slice(colon + 1)];
  return ({ tags }) => Object.hasOwn(tags, tag) || (colon > 0 && Object.hasOwn(tags, key) && tags[key] === value);
}

function contains({ name, display_name = "", description = "" }: IndexEntry, text: string): boolean {
  return [name, display_name, description].some((field) => field.toLowerCase().includes(text));
}
