/** Received requests, and replies before they are sent. */
import type { IncomingMessage } from "node:http";

export interface ReceivedRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage["headers"];
  /** The parsed body; undefined for an empty one. */
  readonly body: unknown;
  /** Origin of this server's URL, for links in replies. */
  readonly origin: string;
}

export interface Reply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** The body; empty for none. */
  readonly text: string;
}

export type JsonObject = Readonly<Record<string, unknown>>;

export function json(status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): Reply {
  return {
    status,
    text: JSON.stringify(body),
    headers: { "content-type": "application/json; charset=utf-8", ...headers },
  };
}

export function empty(status: number, headers: Readonly<Record<string, string>> = {}): Reply {
  return { status, text: "", headers };
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The object under a key; empty if there is none. */
export function objectAt(value: unknown, key: string): JsonObject {
  const member = isObject(value) ? value[key] : undefined;
  return isObject(member) ? member : {};
}

export function textAt(value: unknown, key: string): string | undefined {
  const member = isObject(value) ? value[key] : undefined;
  return typeof member === "string" ? member : undefined;
}

const maxBodyBytes = 64 * 1024 * 1024;

export async function readRequest(request: IncomingMessage, origin: string): Promise<ReceivedRequest> {
  const url = new URL(request.url ?? "/", origin);
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maxBodyBytes) throw new Error(`The body is larger than ${maxBodyBytes} bytes.`);
    chunks.push(chunk);
  }
  const text = Buffer.concat(chunks).toString("utf8");
  return {
    method: request.method ?? "GET",
    path: url.pathname,
    query: url.searchParams,
    headers: request.headers,
    body: text === "" ? undefined : JSON.parse(text),
    origin,
  };
}
