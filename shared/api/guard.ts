import type { HttpRequest } from "@azure/functions";
import { ServiceError } from "../core/errors.ts";

const loopbackHost = /^(localhost|127\.0\.0\.1|\[::1\])(:\d{1,5})?$/i;

/**
 * Lets only this machine's own programs in, where no key is asked for or jobs are commands on this machine: the Host must be
 * loopback (a DNS name that was rebound to 127.0.0.1 is not), and a browser must not be calling for another site's page.
 * @throws ServiceError `not_loopback`, `foreign_origin`.
 */
export function checkLoopback(request: HttpRequest): void {
  const host = request.headers.get("host") ?? new URL(request.url).host;
  if (!loopbackHost.test(host)) {
    throw new ServiceError("not_loopback", `Only requests to localhost are answered here; this one was sent to ${JSON.stringify(host.slice(0, 100))}.`);
  }
  const origin = request.headers.get("origin");
  const site = request.headers.get("sec-fetch-site");
  const foreign = (origin !== null && !sameHost(origin, host)) || (site !== null && site !== "same-origin" && site !== "none");
  if (foreign) throw new ServiceError("foreign_origin", "A page of another site may not call this service.");
}

function sameHost(origin: string, host: string): boolean {
  return URL.canParse(origin) && new URL(origin).host.toLowerCase() === host.toLowerCase();
}
