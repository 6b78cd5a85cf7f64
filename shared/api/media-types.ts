/** Which media types mean a job, on the way in and out. */
import type { HttpRequest } from "@azure/functions";
import { ServiceError } from "../core/errors.ts";

export type JobFormat = "json" | "yaml";

const formats: Readonly<Record<string, JobFormat>> = {
  "application/json": "json",
  "application/yaml": "yaml",
  "text/yaml": "yaml",
  "application/x-yaml": "yaml",
};

/** What a body is. @throws ServiceError `unsupported_media_type`. */
export function requestFormat(request: HttpRequest): JobFormat {
  const encoding = request.headers.get("content-encoding");
  if (encoding !== null && encoding.toLowerCase() !== "identity") {
    throw new ServiceError("unsupported_media_type", `A body with Content-Encoding ${JSON.stringify(encoding)} is not read; send it as it is.`);
  }
  const given = request.headers.get("content-type");
  const [type = "", ...parameters] = (given ?? "").split(";").map((part) => part.trim().toLowerCase());
  const format = Object.hasOwn(formats, type) ? formats[type] : undefined;
  const charset = parameters
    .find((parameter) => parameter.startsWith("charset="))
    ?.slice(8)
    .replaceAll('"', "");
  if (format !== undefined && (charset === undefined || charset === "utf-8" || charset === "utf8")) return format;
  throw new ServiceError(
    "unsupported_media_type",
    `A job is sent as ${Object.keys(formats).join(", ")} in UTF-8; this is ${given === null ? "without a Content-Type" : JSON.stringify(given)}.`,
    {
      headers: { "accept-post": Object.keys(formats).join(", ") },
    },
  );
}

/** What the caller wants to have: the best of what Accept names, JSON by default. @throws ServiceError `not_acceptable`. */
export function answerFormat(request: HttpRequest): JobFormat {
  const accept = request.headers.get("accept");
  if (accept === null || accept.trim() === "") return "json";
  const wanted = accept
    .split(",")
    .map(acceptPart)
    .filter(({ quality }) => quality > 0);
  wanted.sort((a, b) => b.quality - a.quality);
  for (const { type } of wanted) {
    if (Object.hasOwn(formats, type)) return formats[type] ?? "json";
    if (type === "*/*" || type === "application/*" || type === "application/problem+json") return "json";
    if (type === "text/*") return "yaml";
  }
  throw new ServiceError("not_acceptable", `A job is answered as ${Object.keys(formats).join(", ")}; Accept was ${JSON.stringify(accept.slice(0, 200))}.`);
}

function acceptPart(part: string): { type: string; quality: number } {
  const [type = "", ...parameters] = part.split(";").map((text) => text.trim().toLowerCase());
  const quality = Number(parameters.find((parameter) => parameter.startsWith("q="))?.slice(2) ?? "1");
  return { type, quality: Number.isNaN(quality) ? 0 : quality };
}
