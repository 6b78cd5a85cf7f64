import type { HttpHeaders } from "@azure/core-rest-pipeline";

const maxSeconds = 300;

/**
 * Seconds of the requested pause, at most 300; undefined if the headers have none, or an invalid one (text, a past
 * date, zero or less).
 * @see RFC 9110, 10.2.3: seconds or a date. `x-ms-retry-after-ms` is specific to Azure.
 */
export function retryAfterSeconds(headers: Pick<HttpHeaders, "get">, now: Date): number | undefined {
  const ms = headers.get("x-ms-retry-after-ms") ?? headers.get("retry-after-ms");
  const candidates = [Number(ms) / 1000, parseSeconds(headers.get("retry-after")?.trim(), now)];
  const seconds = candidates.find((value) => value !== undefined && value > 0);
  return seconds === undefined ? undefined : Math.min(maxSeconds, seconds);
}

function parseSeconds(text: string | undefined, now: Date): number | undefined {
  if (text === undefined) return undefined;
  if (/^-?\d+(\.\d+)?$/.test(text)) return Number(text);
  return (Date.parse(text) - now.getTime()) / 1000;
}
