import type { HttpResponseInit } from "@azure/functions";

/** Any value as JSON; values of a job print exactly, whatever their size. */
export function jsonResponse(
  value: unknown,
  headers: Readonly<Record<string, string>> = {},
  status = 200,
): HttpResponseInit {
  return { status, headers: { "content-type": "application/json", ...headers }, body: JSON.stringify(value) };
}
