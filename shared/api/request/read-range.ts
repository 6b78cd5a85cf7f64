import type { HttpRequest } from "@azure/functions";
import { ServiceError } from "../../core/errors.ts";
import type { ByteRange } from "../../core/ports/storage-ports.ts";

/**
 * Parses the header Range: a byte range; "several" for more than one, which is not supported; undefined without the
 * header, for other units, and for methods other than GET.
 * @throws ServiceError `range_not_satisfiable` for a malformed range.
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-14.2
 */
export function readRange(request: HttpRequest): ByteRange | "several" | undefined {
  const [unit, ...rangeParts] = (request.headers.get("range") ?? "").trim().split("=");
  if (unit?.toLowerCase() !== "bytes" || request.method !== "GET") return undefined;
  const [range, ...others] = rangeParts.join("=").split(",").map(byteRange);
  return others.length > 0 ? "several" : range;
}

/**
 * The condition in the header If-Range: true if the file has this entity tag. False for a date, because files have no
 * date here. Undefined without the header.
 */
export function readIfRange(request: HttpRequest): ((etag: string) => boolean) | undefined {
  const tag = request.headers.get("if-range")?.trim();
  return tag === undefined ? undefined : (etag) => etag !== "" && tag === etag;
}

function byteRange(text: string): ByteRange {
  const [, first = "", last = ""] = /^\s*(\d{0,15})-(\d{0,15})\s*$/.exec(text) ?? [];
  if (first === "" && Number(last) > 0) return { suffix: Number(last) };
  if (first !== "" && last === "") return { start: Number(first) };
  if (first !== "" && Number(last) >= Number(first)) return { start: Number(first), end: Number(last) };
  throw new ServiceError(
    "range_not_satisfiable",
    `The header Range contains ${JSON.stringify(text.slice(0, 100))}; send a byte range such as bytes=0-1023.`,
  );
}
