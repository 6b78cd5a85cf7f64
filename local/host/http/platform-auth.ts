/** App Service authentication, which sets the identity headers of requests before the host receives them. */
import { emptyResponse } from "./http-response.ts";
import type { HttpHandler } from "./http-server.ts";
import type { HttpRequest } from "./http-trigger.ts";

/** Returns identity headers for a request, none for an anonymous caller; undefined rejects the request with 401. */
export type PlatformAuth = (headers: HttpRequest["headers"]) => Promise<Readonly<Record<string, string>> | undefined>;

/** Replaces the identity headers that a client sends by those of `authenticate`; removes them without it. */
export function withPlatformAuth(handle: HttpHandler, authenticate: PlatformAuth = async () => ({})): HttpHandler {
  return async (head) => {
    const identity = await authenticate(head.headers);
    if (identity === undefined) return emptyResponse(401, [["WWW-Authenticate", "Bearer"]]);
    const other = Object.entries(head.headers).filter(([name]) => !/^x-ms-(client-principal|token-aad)/i.test(name));
    const added = Object.entries(identity).map(([name, value]) => [name, [value]] as const);
    return handle({ ...head, headers: Object.fromEntries([...other, ...added]) });
  };
}
