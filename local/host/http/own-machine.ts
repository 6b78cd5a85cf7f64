/** Which requests come from this machine's own programs: no web page may read the answers of the host itself. */
import { isLoopbackHost } from "../../../shared/lib/loopback.ts";
import { emptyAnswer, type HttpOutput } from "./http-answer.ts";
import type { HttpInput } from "./http-trigger.ts";

const ownSites: ReadonlySet<string> = new Set(["same-origin", "none"]);

/** An answer of the host itself; 403 for a request by the name of another host, or from the page of another site. */
export function ownAnswer(head: Pick<HttpInput, "host" | "headers">, answer: HttpOutput): HttpOutput {
  return isFromThisMachine(head) ? answer : emptyAnswer(403);
}

/** Browsers send the site of a page in Origin or Sec-Fetch-Site; Host has a name that was rebound to 127.0.0.1. */
export function isFromThisMachine({ host, headers }: Pick<HttpInput, "host" | "headers">): boolean {
  const [origin, site] = [headers.origin?.[0], headers["sec-fetch-site"]?.[0]];
  if (!isLoopbackHost(host) || (site !== undefined && !ownSites.has(site))) return false;
  return origin === undefined || (URL.canParse(origin) && new URL(origin).host.toLowerCase() === host.toLowerCase());
}
