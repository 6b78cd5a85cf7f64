/** Protection against requests sent by a page of another site in a user's browser (CSRF, DNS rebinding). */
import type { HttpRequest } from "@azure/functions";
import { ServiceError } from "../../core/errors.ts";
import { isLoopbackHost } from "../../lib/loopback.ts";

export interface OriginRules {
  /** True if only requests from this machine are accepted, because no key is required or jobs run as commands on it. */
  readonly loopbackOnly: boolean;
  /** True if a cookie can authenticate a browser, which also sends it with requests of other sites' pages. */
  readonly cookies: boolean;
  readonly publicUrl: string;
}

/**
 * Creates the check of the headers Host, Origin and Sec-Fetch-Site.
 * @throws (the check) ServiceError `not_loopback`, `foreign_origin`.
 */
export function createCheckOrigin({ loopbackOnly, cookies, publicUrl }: OriginRules): (request: HttpRequest) => void {
  return (request) => {
    if (loopbackOnly) checkLoopback(request);
    if (cookies) checkSite(request, new URL(publicUrl).host);
  };
}

/** A DNS name that resolves to 127.0.0.1 is rejected too: with DNS rebinding, another site's page can request it. */
function checkLoopback(request: HttpRequest): void {
  const host = hostOf(request);
  if (!isLoopbackHost(host)) {
    throw new ServiceError(
      "not_loopback",
      `The request was sent to ${JSON.stringify(host.slice(0, 100))}; this service accepts requests to localhost only.`,
    );
  }
  const origin = request.headers.get("origin");
  const site = request.headers.get("sec-fetch-site");
  if ((origin !== null && !hasHost(origin, host)) || (site !== null && !ownSites.has(site))) throw foreignOrigin();
}

const ownSites: ReadonlySet<string> = new Set(["same-origin", "none"]);

/**
 * Accepts requests that change data only from the service's own origin and from clients other than browsers. A request
 * with an Authorization header is accepted: a page of another site can add the header only if the app's CORS rules
 * permit it.
 */
function checkSite(request: HttpRequest, publicHost: string): void {
  if (request.method === "GET" || request.method === "HEAD" || request.headers.get("authorization") !== null) return;
  const site = request.headers.get("sec-fetch-site");
  const origin = request.headers.get("origin");
  // No page can set Sec-Fetch-Site. Only old browsers and clients other than browsers omit it.
  const isOwn =
    site === null
      ? origin === null || [hostOf(request), publicHost].some((host) => hasHost(origin, host))
      : ownSites.has(site);
  if (!isOwn) throw foreignOrigin();
}

function hostOf(request: HttpRequest): string {
  return request.headers.get("host") ?? new URL(request.url).host;
}

function hasHost(origin: string, host: string): boolean {
  return URL.canParse(origin) && new URL(origin).host.toLowerCase() === host.toLowerCase();
}

function foreignOrigin(): ServiceError {
  return new ServiceError("foreign_origin", "Pages of other sites may not send requests to this service.");
}
