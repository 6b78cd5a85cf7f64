import type { HttpRequest } from "@azure/functions";
import { ServiceError } from "../core/errors.ts";
import type { ByteRange } from "../core/storage-ports.ts";

/**
 * The one byte range that a request asks for. Undefined, so that the whole is sent, for other units, for several ranges, and
 * under If-Range, as a file that is still written has a new tag each time.
 * @throws ServiceError `range_not_satisfiable` for a range that is none.
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-14.2
 */
export function readRange(request: HttpRequest): ByteRange | undefined {
  const [unit, ...given] = (request.headers.get("range") ?? "").trim().split("=");
  if (unit?.toLowerCase() !== "bytes" || request.headers.has("if-range")) return undefined;
  const ranges = given.join("=").split(",").map(byteRange);
  return ranges.length === 1 ? ranges[0] : undefined;
}

function byteRange(text: string): ByteRange {
  const [, first = "", last = ""] = /^\s*(\d{0,15})-(\d{0,15})\s*$/.exec(text) ?? [];
  if (first === "" && Number(last) > 0) return { suffix: Number(last) };
  if (first !== "" && last === "") return { start: Number(first) };
  if (first !== "" && Number(last) >= Number(first)) return { start: Number(first), end: Number(last) };
  throw new ServiceError("range_not_satisfiable", `The Range header asks for ${JSON.stringify(text.slice(0, 100))}, which is no range of bytes.`);
}
