/** Where logs may be fetched from: storage of Azure, or one named address of this machine. */
import { isLoopbackUrl } from "../../../lib/loopback.ts";

/** Whether a URL that the service named may be fetched. */
export type IsAllowedStorageUrl = (url: string) => boolean;

/**
 * @param places domains, e.g. `blob.core.windows.net`, whose hosts are fetched from by https on the usual port; or an address
 * of this machine with its port, e.g. `http://127.0.0.1:10000`.
 */
export function createIsAllowedStorageUrl(places: readonly string[]): IsAllowedStorageUrl {
  const origins = new Set(places.filter((place) => place.includes("://")).map((place) => new URL(place).origin));
  const suffixes = places.filter((place) => !place.includes("://")).map((place) => `.${place.toLowerCase()}`);
  return (text) => {
    if (!URL.canParse(text)) return false;
    const url = new URL(text);
    // What is judged is what is fetched: the parsed URL, not its text.
    if (url.username !== "" || url.password !== "") return false;
    if (origins.has(url.origin) && isLoopbackUrl(url.href)) return true;
    return url.protocol === "https:" && url.port === "" && suffixes.some((suffix) => url.hostname.endsWith(suffix));
  };
}
