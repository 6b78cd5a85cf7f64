import { maskText } from "../../../core/text/mask-secrets.ts";
import { isObject, nonEmptyText } from "./json.ts";

const maxMessageChars = 3000;

/**
 * An error response of Azure ML that is not an outage, with its codes and its message. Secrets in the message are
 * masked.
 */
export class AzureMLError extends Error {
  override readonly name = "AzureMLError";
  readonly statusCode: number;
  readonly code: string | undefined;
  /** The code of the response, then the codes of its inner errors, outermost first. */
  readonly codes: readonly string[];
  /** The message of the response; `message` also names the action and the status. */
  readonly reason: string | undefined;
  readonly requestId: string | undefined;

  constructor(action: string, statusCode: number, body: unknown, requestId: string | undefined) {
    const { codes, message } = parseErrorBody(body);
    const reason = message === undefined ? undefined : maskText(message.slice(0, maxMessageChars));
    const status = [statusCode, codes[0]].filter(Boolean).join(" ");
    super(`Azure ML could not ${action}: it returned ${status}${reason === undefined ? "" : `: ${reason}`}`);
    this.statusCode = statusCode;
    this.code = codes[0];
    this.codes = codes;
    this.reason = reason;
    this.requestId = requestId;
  }
}

/**
 * The codes and the message of an error document. Azure ML and Azure Resource Manager wrap it once or twice, in
 * camelCase or PascalCase; any other body has no codes and no message.
 */
export function parseErrorBody(body: unknown): {
  readonly codes: readonly string[];
  readonly message: string | undefined;
} {
  const error = unwrap(body);
  const codes = [nonEmptyText(member(error, "code")), ...innerCodes(error)].filter((code) => code !== undefined);
  return { codes, message: nonEmptyText(member(error, "message")) };
}

function unwrap(body: unknown, depth = 0): unknown {
  const inner = member(body, "error");
  return isObject(inner) && depth < 3 ? unwrap(inner, depth + 1) : body;
}

/** Run history nests `innerError`; Azure Resource Manager has the same chain in `additionalInfo`. */
function innerCodes(error: unknown): string[] {
  const details = member(error, "additionalInfo");
  const infos = Array.isArray(details) ? details.filter((info) => member(info, "type") === "InnerError") : [];
  const chains = [member(error, "innerError"), ...infos.map((info) => member(member(info, "info"), "value"))];
  return chains.flatMap(codesOfChain);
}

function codesOfChain(start: unknown): string[] {
  const codes: string[] = [];
  let inner = start;
  for (let depth = 0; depth < 8 && isObject(inner); depth += 1) {
    const code = nonEmptyText(member(inner, "code"));
    if (code !== undefined) codes.push(code);
    inner = member(inner, "innerError");
  }
  return codes;
}

/** A member by its name in camelCase or PascalCase. */
function member(value: unknown, name: string): unknown {
  return isObject(value) ? (value[name] ?? value[`${name.charAt(0).toUpperCase()}${name.slice(1)}`]) : undefined;
}
