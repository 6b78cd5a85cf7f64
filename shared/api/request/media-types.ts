/** Media types of request bodies and responses. */
import type { HttpRequest } from "@azure/functions";
import { ServiceError } from "../../core/errors.ts";

export type JobFormat = "json" | "yaml";

const jobTypes: Readonly<Record<string, JobFormat>> = {
  "application/json": "json",
  "application/yaml": "yaml",
  "text/yaml": "yaml",
  "application/x-yaml": "yaml",
};
/** Media types of a job with its files. */
const bundledTypes = {
  "multipart/form-data": "multipart",
  "application/zip": "zip",
  "application/x-zip-compressed": "zip",
} as const;
export type SubmissionFormat = JobFormat | "multipart" | "zip";
const submissionTypes: Readonly<Record<string, SubmissionFormat>> = { ...jobTypes, ...bundledTypes };
const patchTypes: Readonly<Record<string, "json">> = {
  "application/merge-patch+json": "json",
  "application/json": "json",
};

/**
 * Format of a body that contains a job; undefined without a Content-Type.
 * @throws ServiceError `unsupported_media_type`.
 */
export function requestFormat(request: HttpRequest): SubmissionFormat | undefined {
  if (request.headers.get("content-type") === null && request.headers.get("content-encoding") === null)
    return undefined;
  return readMediaType(request, submissionTypes, "a job", "accept-post");
}

/**
 * Format of a body without a Content-Type: JSON if it parses as JSON, otherwise YAML.
 * @throws ServiceError `unsupported_media_type` for a zip.
 */
export function sniffJobFormat(body: Uint8Array): JobFormat {
  const text = new TextDecoder().decode(body);
  if (text.startsWith("PK\u0003\u0004")) {
    throw new ServiceError(
      "unsupported_media_type",
      "The body is a zip without a Content-Type; send it with Content-Type: application/zip.",
      { headers: { "accept-post": Object.keys(submissionTypes).join(", ") } },
    );
  }
  return isJson(text) ? "json" : "yaml";
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/**
 * Format of a form part or file that contains a job: by media type, then by file name, otherwise YAML, which includes
 * JSON.
 */
export function jobFormatOf(type: string | undefined, name: string | undefined): JobFormat {
  const known = type !== undefined && Object.hasOwn(jobTypes, type) ? jobTypes[type] : undefined;
  return known ?? (name?.toLowerCase().endsWith(".json") === true ? "json" : "yaml");
}

/** Accepts JSON merge patches only. @throws ServiceError `unsupported_media_type`. */
export function checkPatchType(request: HttpRequest): void {
  readMediaType(request, patchTypes, "an edit of a job", "accept-patch");
}

function readMediaType<Format>(
  request: HttpRequest,
  types: Readonly<Record<string, Format>>,
  content: string,
  header: string,
): Format {
  const encoding = request.headers.get("content-encoding");
  if (encoding !== null && encoding.toLowerCase() !== "identity") {
    throw new ServiceError(
      "unsupported_media_type",
      `The Content-Encoding ${shown(encoding)} is not supported; send the body without an encoding.`,
    );
  }
  const contentType = request.headers.get("content-type");
  const [type = "", ...parameters] = (contentType ?? "").split(";").map((part) => part.trim().toLowerCase());
  const format = Object.hasOwn(types, type) ? types[type] : undefined;
  const charset = parameters
    .find((parameter) => parameter.startsWith("charset="))
    ?.slice(8)
    .replaceAll('"', "");
  if (format !== undefined && (charset === undefined || charset === "utf-8" || charset === "utf8")) return format;
  const accepted = Object.keys(types).join(", ");
  // The default of curl, whose `-d @FILE` removes the line breaks of the file.
  const hint =
    type === "application/x-www-form-urlencoded"
      ? " With curl: --data-binary @FILE -H 'Content-Type: application/yaml'."
      : "";
  const actual = contentType === null ? "The Content-Type is missing" : `The Content-Type is ${shown(contentType)}`;
  const message = `${actual}; send ${content} as ${accepted} in UTF-8.${hint}`;
  throw new ServiceError("unsupported_media_type", message, { headers: { [header]: accepted } });
}

/**
 * Format of a job in the response: the best match of Accept, JSON if several match equally.
 * @throws ServiceError `not_acceptable`.
 */
export function responseFormat(request: HttpRequest): JobFormat {
  return jobTypes[bestMatch(request, Object.keys(jobTypes))] ?? "json";
}

/** Checks Accept for responses that are always JSON. @throws ServiceError `not_acceptable`. */
export function checkAcceptsJson(request: HttpRequest): void {
  bestMatch(request, ["application/json"]);
}

/**
 * The first of `types` with the highest quality in Accept.
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-12.5.1
 */
function bestMatch(request: HttpRequest, types: readonly string[]): string {
  const accept = request.headers.get("accept") ?? "";
  const ranges = accept.trim() === "" ? [{ range: "*/*", quality: 1 }] : accept.split(",").map(mediaRange);
  const qualities = types.map((type) => qualityOf(type, ranges));
  const best = Math.max(...qualities);
  const type = types[qualities.indexOf(best)];
  if (type !== undefined && best > 0) return type;
  throw new ServiceError(
    "not_acceptable",
    `The header Accept is ${shown(accept)}; it must permit ${types.join(" or ")}.`,
  );
}

interface MediaRange {
  readonly range: string;
  readonly quality: number;
}

/** The quality of the most specific range that contains the type. */
function qualityOf(type: string, ranges: readonly MediaRange[]): number {
  const [major = ""] = type.split("/");
  for (const candidate of [type, `${major}/*`, "*/*"]) {
    const found = ranges.find(({ range }) => range === candidate);
    if (found !== undefined) return found.quality;
  }
  return 0;
}

function mediaRange(part: string): MediaRange {
  const [range = "", ...parameters] = part.split(";").map((text) => text.trim().toLowerCase());
  const quality = Number(parameters.find((parameter) => parameter.startsWith("q="))?.slice(2) ?? "1");
  return { range, quality: Number.isNaN(quality) ? 0 : quality };
}

function shown(header: string): string {
  return JSON.stringify(header.slice(0, 200));
}
