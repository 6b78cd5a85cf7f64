import * as z from "zod/mini";
import { wholeNumber } from "./read-query.ts";

/** Page size if `maxpagesize` is missing. */
export const defaultPageSize = 50;

/** Query parameters of every list with pages. */
export const pagingParameters = {
  maxpagesize: wholeNumber(1, 200),
  continuation: z.optional(z.string().check(z.maxLength(4000, "is too long"))),
} as const;
