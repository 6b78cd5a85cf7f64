/** The query and the pages of `GET /api/jobs/{name}/children`. */
import type { HttpRequest, HttpResponseInit } from "@azure/functions";
import * as z from "zod/mini";
import type { ChildPage } from "../core/backend-port.ts";
import { jsonAnswer } from "./json-answer.ts";
import { readQuery } from "./read-query.ts";

/** Where the page before ended, as the backend says it. @throws ServiceError `invalid_query`. */
export function childrenQuery(request: HttpRequest): { readonly continuation?: string | undefined } {
  return readQuery(request, { continuation: z.optional(z.string().check(z.minLength(1, "must not be empty"), z.maxLength(4000, "is too long"))) });
}

/** A page; `nextLink` is absent on the last one. */
export function childrenAnswer(name: string, { children, continuation }: ChildPage, publicUrl: string): HttpResponseInit {
  const next = continuation === undefined ? {} : { nextLink: `${publicUrl}/api/jobs/${name}/children?${new URLSearchParams({ continuation })}` };
  return jsonAnswer({ value: children, ...next }, { "cache-control": "no-store" });
}
