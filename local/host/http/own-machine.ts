/** Which requests come from this machine's own programs: no web page may read the answers of the host itself. */
import { isLoopbackHost } from "../../../shared/lib/loopback.ts";
import { emptyResponse, type HttpResponse } from "./http-response.ts";
import type { HttpRequest } from "./http-trigger.ts";

const ownSites: ReadonlySet<string> = new Set(["same-origin", "none"]);

/** An answer of the host itself; 403 for a request by the name of another host, or from the page of another site. */
export function ownAnswer(head: Pick<HttpRequest, "host" | "headers">, answer: HttpResponse): HttpResponse {
  return isFromThisMachine(head) ? answer : emptyResponse(403);
}

/** Browsers send the site of a page in Origin or Sec-Fetch-Site; Host has a name that was rebound to 127.0.0.1. */
export function isFromThisMachine({ host, headers }: Pick<HttpRequest, "host" | "headers">): boolean {
  const [origin, site] = [headers.origin?.[0], headers["sec-fetch-site"]?.[0]];
  if (!isLoopbackHost(host) || (site !== undefined && !ownSites.has(site))) return false;
  return origin === undefined || (URL.canParse(origin) && new URL(origin).host.toLowerCase() === host.toLowerCase());
}
