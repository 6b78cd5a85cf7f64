/**
 * The URLs that logs may be read from and files uploaded to: storage of Azure, or configured addresses of this machine.
 */
import { isLoopbackUrl } from "../../../lib/loopback.ts";

/** Whether requests may be sent to a URL that Azure ML returned. */
export type IsAllowedStorageUrl = (url: string) => boolean;

/**
 * @param places domains, e.g. `blob.core.windows.net`, whose hosts are allowed by https on the default port; and
 * addresses of this machine with their port, e.g. `http://127.0.0.1:10000`.
 */
export function createIsAllowedStorageUrl(places: readonly string[]): IsAllowedStorageUrl {
  const origins = new Set(places.filter((place) => place.includes("://")).map((place) => new URL(place).origin));
  const suffixes = places.filter((place) => !place.includes("://")).map((place) => `.${place.toLowerCase()}`);
  return (text) => {
    if (!URL.canParse(text)) return false;
    const url = new URL(text);
    // The parsed URL is checked, not its text, because requests are sent to the parsed URL.
    if (url.username !== "" || url.password !== "") return false;
    if (origins.has(url.origin) && isLoopbackUrl(url.href)) return true;
    return url.protocol === "https:" && url.port === "" && suffixes.some((suffix) => url.hostname.endsWith(suffix));
  };
}
