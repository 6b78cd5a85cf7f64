import type { HttpHeaders } from "@azure/core-rest-pipeline";

const mostSeconds = 300;

/**
 * For how many seconds the service wants to be left alone, at most five minutes; undefined when it does not say, or nothing
 * that makes sense (text, a past date, zero or less).
 * @see RFC 9110, 10.2.3: seconds or a date. `x-ms-retry-after-ms` is Azure's own.
 */
export function retryAfterSeconds(headers: Pick<HttpHeaders, "get">, now: Date): number | undefined {
  const ms = headers.get("x-ms-retry-after-ms") ?? headers.get("retry-after-ms");
  const said = [Number(ms) / 1000, fromText(headers.get("retry-after")?.trim(), now)];
  const seconds = said.find((value) => value !== undefined && value > 0);
  return seconds === undefined ? undefined : Math.min(mostSeconds, seconds);
}

function fromText(text: string | undefined, now: Date): number | undefined {
  if (text === undefined) return undefined;
  if (/^-?\d+(\.\d+)?$/.test(text)) return Number(text);
  return (Date.parse(text) - now.getTime()) / 1000;
}
