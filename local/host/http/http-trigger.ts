/** Converts HTTP requests to the input of functions, and the results of functions to responses. */
import type { HttpCookie, HttpData, InvocationResponse, TypedData } from "../app/core-types.ts";
import type { HttpResponse } from "./http-response.ts";
import { encodePath } from "./request-path.ts";

/** The parts of a request that functions receive. */
export interface HttpRequest {
  readonly method: string;
  readonly host: string;
  /** Decoded, with its leading slash. */
  readonly path: string;
  /** Query with its question mark, or empty. */
  readonly search: string;
  readonly headers: Readonly<Record<string, readonly string[] | undefined>>;
  readonly body: Buffer | undefined;
}

const nullable = (entries: [string, string][]) => Object.fromEntries(entries.map(([name, value]) => [name, { value }]));

/**
 * Converts a request for a function: values of a repeated header or query key are joined by commas, empty headers are
 * skipped.
 */
export function toHttpData(input: HttpRequest, parameters: Readonly<Record<string, string>>): HttpData {
  return {
    method: input.method,
    url: `http://${input.host}${encodePath(input.path)}${input.search}`,
    nullableHeaders: nullable(joinedHeaders(input.headers)),
    nullableQuery: nullable(joinedQuery(input.search)),
    nullableParams: nullable(Object.entries(parameters)),
    ...(input.body === undefined || input.body.length === 0 ? {} : { body: { bytes: input.body } }),
  };
}

/** Headers with lower-case names, values joined by commas; empty ones are skipped. */
export function joinedHeaders(headers: HttpRequest["headers"]): [string, string][] {
  return Object.entries(headers)
    .map(([name, values]): [string, string] => [name.toLowerCase(), (values ?? []).join(",")])
    .filter(([, value]) => value !== "");
}

/** Query keys are compared ignoring case; the first spelling is kept. */
function joinedQuery(search: string): [string, string][] {
  const found = new Map<string, [string, string]>();
  for (const [key, value] of new URLSearchParams(search)) {
    const existing = found.get(key.toLowerCase());
    found.set(key.toLowerCase(), existing === undefined ? [key, value] : [existing[0], `${existing[1]},${value}`]);
  }
  return [...found.values()];
}

/**
 * Trigger metadata of a request, for binding expressions: route parameters and query keys. An app that streams reads
 * its parameters from it, so that query keys are parameters there too, as in the real host. Route parameters have
 * priority.
 */
export function toTriggerMetadata(
  input: Omit<HttpRequest, "body">,
  parameters: Readonly<Record<string, string>>,
): Record<string, TypedData> {
  const names = new Set(Object.keys(parameters).map((name) => name.toLowerCase()));
  const query = joinedQuery(input.search).filter(([name]) => !names.has(name.toLowerCase()));
  return {
    ...Object.fromEntries([...query, ...Object.entries(parameters)].map(([name, string]) => [name, { string }])),
    Query: { json: JSON.stringify(Object.fromEntries(query)) },
    Headers: { json: JSON.stringify(Object.fromEntries(joinedHeaders(input.headers))) },
  };
}

/** Response headers that the host sets itself. */
const hostHeaders = new Set(["connection", "content-length", "keep-alive", "transfer-encoding", "upgrade"]);

/** Converts the result of a function to a response; 204 if it returned nothing. */
export function toHttpResponse(response: InvocationResponse): HttpResponse {
  const http = response.returnValue?.http;
  if (http === undefined) return { status: 204, headers: [], cookies: [], body: undefined };
  return {
    status: Number(http.statusCode),
    headers: Object.entries(http.headers ?? {}).filter(([name]) => !hostHeaders.has(name.toLowerCase())),
    cookies: (http.cookies ?? []).map(cookieText),
    body: http.body?.bytes,
  };
}

function cookieText({ name, value, domain, path, expires, secure, httpOnly, sameSite, maxAge }: HttpCookie): string {
  const attribute = (label: string, text: unknown) =>
    text === undefined || text === null || text === "" ? [] : [`${label}=${text}`];
  return [
    `${encodeURIComponent(name)}=${encodeURIComponent(value)}`,
    ...attribute("expires", expires?.value && new Date(expires.value.seconds * 1000).toUTCString()),
    ...attribute("max-age", maxAge?.value),
    ...attribute("domain", domain?.value),
    ...attribute("path", path?.value ?? "/"),
    ...(secure?.value === true ? ["secure"] : []),
    ...(sameSite === undefined || sameSite === "none"
      ? []
      : [`samesite=${sameSite === "explicitNone" ? "none" : sameSite}`]),
    ...(httpOnly?.value === true ? ["httponly"] : []),
  ].join("; ");
}
