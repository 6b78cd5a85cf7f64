/** App Service authentication in front of a host: who a caller is, only the platform may say. */
import { emptyResponse } from "./http-response.ts";
import type { HttpHandler } from "./http-server.ts";
import type { HttpRequest } from "./http-trigger.ts";

/** The headers by which the platform says who calls, none for somebody unknown; undefined refuses the call. */
export type PlatformAuth = (headers: HttpRequest["headers"]) => Promise<Readonly<Record<string, string>> | undefined>;

/** What a client says about who it is, is not heard. Without a platform nobody is said to be anybody. */
export function withPlatformAuth(handle: HttpHandler, authenticate: PlatformAuth = async () => ({})): HttpHandler {
  return async (head) => {
    const said = await authenticate(head.headers);
    if (said === undefined) return emptyResponse(401, [["WWW-Authenticate", "Bearer"]]);
    const own = Object.entries(head.headers).filter(([name]) => !/^x-ms-(client-principal|token-aad)/i.test(name));
    const platforms = Object.entries(said).map(([name, value]) => [name, [value]] as const);
    return handle({ ...head, headers: Object.fromEntries([...own, ...platforms]) });
  };
}
