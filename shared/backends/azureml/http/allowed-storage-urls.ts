/**
 * URLs that are allowed for log downloads and uploads: hosts of Azure Storage and configured loopback addresses.
 */
import { isLoopbackUrl } from "../../../lib/loopback.ts";

/** Whether requests may be sent to a URL that Azure ML returned. */
export type IsAllowedStorageUrl = (url: string) => boolean;

/**
 * @param hosts domains, e.g. `blob.core.windows.net`, whose hosts are allowed by https on the default port; and
 * addresses of this machine with their port, e.g. `http://127.0.0.1:10000`.
 */
export function createIsAllowedStorageUrl(hosts: readonly string[]): IsAllowedStorageUrl {
  const origins = new Set(hosts.filter((host) => host.includes("://")).map((host) => new URL(host).origin));
  const suffixes = hosts.filter((host) => !host.includes("://")).map((host) => `.${host.toLowerCase()}`);
  return (text) => {
    if (!URL.canParse(text)) return false;
    const url = new URL(text);
    // The parsed URL is checked, not its text, because requests are sent to the parsed URL.
    if (url.username !== "" || url.password !== "") return false;
    if (origins.has(url.origin) && isLoopbackUrl(url.href)) return true;
    return url.protocol === "https:" && url.port === "" && suffixes.some((suffix) => url.hostname.endsWith(suffix));
  };
}
