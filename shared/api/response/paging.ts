/** What all lists that come in pages share. */
import type { HttpRequest } from "@azure/functions";
import * as z from "zod/mini";
import { wholeNumber } from "../request/read-query.ts";

/** Items on a page, where nobody says how many. */
export const defaultPageSize = 50;

/** The parameters of a page. */
export const pagingParameters = {
  maxpagesize: wholeNumber(1, 200),
  continuation: z.optional(z.string().check(z.maxLength(4000, "is too long"))),
} as const;

/** The link to the next page, with the same filters; nothing on the last page. */
export function nextLink(
  request: HttpRequest,
  continuation: string | undefined,
  publicUrl: string,
): { readonly nextLink?: string } {
  if (continuation === undefined) return {};
  const { pathname, searchParams } = new URL(request.url);
  searchParams.delete("code");
  searchParams.set("continuation", continuation);
  return { nextLink: `${publicUrl}${pathname}?${searchParams}` };
}
