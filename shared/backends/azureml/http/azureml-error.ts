import { maskText } from "../../../core/job/schema/secrets.ts";
import { isObject, nonEmptyText } from "./json.ts";

const maxMessage = 3000;

/** An answer that refuses, as far as it can be told on: its code, the codes inside of it, and the reason. */
export class AzureMLError extends Error {
  override readonly name = "AzureMLRefusal";
  readonly statusCode: number;
  readonly code: string | undefined;
  /** The code and those of the inner errors, outermost first. */
  readonly codes: readonly string[];
  /** What it refused with, without what was added here. */
  readonly reason: string | undefined;
  readonly requestId: string | undefined;

  constructor(what: string, statusCode: number, body: unknown, requestId: string | undefined) {
    const { codes, message } = parseErrorBody(body);
    const reason = message === undefined ? undefined : maskText(message.slice(0, maxMessage));
    super(
      `Azure ML could not ${what}: it answered ${[statusCode, codes[0]].filter(Boolean).join(" ")}${reason === undefined ? "" : `: ${reason}`}`,
    );
    this.statusCode = statusCode;
    this.code = codes[0];
    this.codes = codes;
    this.reason = reason;
    this.requestId = requestId;
  }
}

/**
 * The code and message of an error document, in each of the forms that Azure ML and Azure Resource Manager use: wrapped once
 * or twice, in camelCase or PascalCase. What is none of these has neither.
 */
export function parseErrorBody(body: unknown): {
  readonly codes: readonly string[];
  readonly message: string | undefined;
} {
  const error = unwrap(body);
  const codes = [nonEmptyText(field(error, "code")), ...innerCodes(error)].filter((code) => code !== undefined);
  return { codes, message: nonEmptyText(field(error, "message")) };
}

function unwrap(body: unknown, depth = 0): unknown {
  const inner = field(body, "error");
  return isObject(inner) && depth < 3 ? unwrap(inner, depth + 1) : body;
}

/** Run history nests `innerError`; Azure Resource Manager has the same in `additionalInfo`. */
function innerCodes(error: unknown): string[] {
  const more = field(error, "additionalInfo");
  const infos = Array.isArray(more)
    ? more.filter((info) => field(info, "type") === "InnerError").map((info) => field(field(info, "info"), "value"))
    : [];
  const codes: string[] = [];
  for (const start of [field(error, "innerError"), ...infos]) {
    let inner = start;
    for (let depth = 0; depth < 8 && isObject(inner); depth += 1) {
      const code = nonEmptyText(field(inner, "code"));
      if (code !== undefined) codes.push(code);
      inner = field(inner, "innerError");
    }
  }
  return codes;
}

function field(value: unknown, name: string): unknown {
  return isObject(value) ? (value[name] ?? value[`${name.charAt(0).toUpperCase()}${name.slice(1)}`]) : undefined;
}
