import type { HttpRequest } from "@azure/functions";
import { defaultPageSize, pagingParameters } from "./paging.ts";
import { readQuery } from "./read-query.ts";

/** The query of `GET /api/jobs/{name}/children`. @throws ServiceError `invalid_query`. */
export function readChildListQuery(request: HttpRequest): {
  readonly limit: number;
  readonly continuation?: string | undefined;
} {
  const { maxpagesize = defaultPageSize, continuation } = readQuery(request, pagingParameters);
  return { limit: maxpagesize, continuation };
}
