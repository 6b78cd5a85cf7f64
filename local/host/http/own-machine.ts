/** Recognizes requests of programs on this machine. Web pages must not read the responses of the host itself. */
import { isLoopbackHost } from "../../../shared/lib/loopback.ts";
import { emptyResponse, type HttpResponse } from "./http-response.ts";
import type { HttpRequest } from "./http-trigger.ts";

const ownSites: ReadonlySet<string> = new Set(["same-origin", "none"]);

/** Returns `response`, or 403 for a request that names another host or was sent by a page of another site. */
export function restrictToThisMachine(
  head: Pick<HttpRequest, "host" | "headers">,
  response: HttpResponse,
): HttpResponse {
  return isFromThisMachine(head) ? response : emptyResponse(403);
}

/**
 * True for a request that names this machine and was not sent by a page of another site. Browsers send the site of a
 * page in Origin or Sec-Fetch-Site, and in Host a name that was rebound to 127.0.0.1.
 */
export function isFromThisMachine({ host, headers }: Pick<HttpRequest, "host" | "headers">): boolean {
  const [origin, site] = [headers.origin?.[0], headers["sec-fetch-site"]?.[0]];
  if (!isLoopbackHost(host) || (site !== undefined && !ownSites.has(site))) return false;
  return origin === undefined || (URL.canParse(origin) && new URL(origin).host.toLowerCase() === host.toLowerCase());
}
