import type { HttpRequest, HttpResponseInit } from "@azure/functions";
import type { ChildPage } from "../../core/ports/backend-port.ts";
import { jsonResponse } from "./json-response.ts";
import { nextLink } from "./next-link.ts";

/** The response to `GET /api/jobs/{name}/children`. */
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
