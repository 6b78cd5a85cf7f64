/** The query and the pages of `GET /api/jobs/{name}/children`. */
import type { HttpRequest, HttpResponseInit } from "@azure/functions";
import type { ChildPage } from "../../core/ports/backend-port.ts";
import { readQuery } from "../request/read-query.ts";
import { jsonResponse } from "./json-response.ts";
import { defaultPageSize, nextLink, pagingParameters } from "./paging.ts";

/** Which page is asked for. @throws ServiceError `invalid_query`. */
export function readChildListQuery(request: HttpRequest): {
  readonly limit: number;
  readonly continuation?: string | undefined;
} {
  const { maxpagesize = defaultPageSize, continuation } = readQuery(request, pagingParameters);
  return { limit: maxpagesize, continuation };
}

/** A page; `nextLink` is absent on the last one. */
export function childListResponse(
  request: HttpRequest,
  { children, continuation }: ChildPage,
  publicUrl: string,
): HttpResponseInit {
  return jsonResponse(
    { value: children, ...nextLink(request, continuation, publicUrl) },
    { "cache-control": "no-store" },
  );
}
