import type { HttpRequest } from "@azure/functions";
import { ServiceError } from "../../core/errors.ts";
import type { ByteRange } from "../../core/ports/storage-ports.ts";

/**
 * The one byte range that a request asks for; "several" for more than one, which no answer here combines; undefined without a range, for
 * other units and for methods other than GET.
 * @throws ServiceError `range_not_satisfiable` for a malformed range.
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-14.2
 */
export function readRange(request: HttpRequest): ByteRange | "several" | undefined {
  const [unit, ...given] = (request.headers.get("range") ?? "").trim().split("=");
  if (unit?.toLowerCase() !== "bytes" || request.method !== "GET") return undefined;
  const [range, ...others] = given.join("=").split(",").map(byteRange);
  return others.length > 0 ? "several" : range;
}

/**
 * Whether a range is asked for under the condition that the file still has a tag (If-Range). A date is no condition that can hold: files
 * have no dates here.
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
    `The Range header asks for ${JSON.stringify(text.slice(0, 100))}, which is no range of bytes.`,
  );
}
