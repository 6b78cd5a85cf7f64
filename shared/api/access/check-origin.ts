/** Which requests are heard at all: a web page of somebody else must not be able to call in its reader's name. */
import type { HttpRequest } from "@azure/functions";
import { ServiceError } from "../../core/errors.ts";

export interface OriginRules {
  /** Only programs of this machine may call: no key is asked for, or jobs are commands on this machine. */
  readonly loopbackOnly: boolean;
  /** Browsers may be signed in by a cookie, which they also send along with what another site's page makes them send. */
  readonly cookies: boolean;
  readonly publicUrl: string;
}

/** @throws (what it makes) ServiceError `not_loopback`, `foreign_origin`. */
export function createCheckOrigin({ loopbackOnly, cookies, publicUrl }: OriginRules): (request: HttpRequest) => void {
  return (request) => {
    if (loopbackOnly) checkLoopback(request);
    if (cookies) checkSite(request, new URL(publicUrl).host);
  };
}

const loopbackHost = /^(localhost|127\.0\.0\.1|\[::1\])(:\d{1,5})?$/i;

/** The Host must be loopback (a DNS name that was rebound to 127.0.0.1 is not), and a browser must not be calling for another site's page. */
function checkLoopback(request: HttpRequest): void {
  const host = hostOf(request);
  if (!loopbackHost.test(host)) {
    throw new ServiceError(
      "not_loopback",
      `Only requests to localhost are answered here; this one was sent to ${JSON.stringify(host.slice(0, 100))}.`,
    );
  }
  const origin = request.headers.get("origin");
  const site = request.headers.get("sec-fetch-site");
  if ((origin !== null && !isOfHost(origin, host)) || (site !== null && !ownSites.has(site))) throw foreignOrigin();
}

const ownSites: ReadonlySet<string> = new Set(["same-origin", "none"]);

/**
 * What changes something must come from the service's own page or from a program. A page cannot add an Authorization header
 * to what it sends elsewhere, unless the app's CORS rules let it; then it may call.
 */
function checkSite(request: HttpRequest, publicHost: string): void {
  if (request.method === "GET" || request.method === "HEAD" || request.headers.get("authorization") !== null) return;
  const site = request.headers.get("sec-fetch-site");
  const origin = request.headers.get("origin");
  // No page can set Sec-Fetch-Site; only an old browser leaves it out.
  const isOwn =
    site === null
      ? origin === null || [hostOf(request), publicHost].some((host) => isOfHost(origin, host))
      : ownSites.has(site);
  if (!isOwn) throw foreignOrigin();
}

function hostOf(request: HttpRequest): string {
  return request.headers.get("host") ?? new URL(request.url).host;
}

function isOfHost(origin: string, host: string): boolean {
  return URL.canParse(origin) && new URL(origin).host.toLowerCase() === host.toLowerCase();
}

function foreignOrigin(): ServiceError {
  return new ServiceError("foreign_origin", "A page of another site may not call this service.");
}
