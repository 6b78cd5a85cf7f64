/**
 * The connection on which the response of an invocation is sent. The Functions library reads a response body without
 * waiting for the client and does not report disconnects. Its HTTP server runs in this process, so this module receives
 * the server's responses from Node's diagnostics channel.
 */
import { subscribe } from "node:diagnostics_channel";
import { once } from "node:events";
import type { IncomingMessage, ServerResponse } from "node:http";

export interface Connection {
  /** Aborted once the response is sent or the client has disconnected; never if the connection is unknown. */
  readonly closed: AbortSignal;
  /** False if the host does not stream responses: it then buffers the whole body. */
  readonly isKnown: boolean;
  /** Resolves with true once more data can be written, or with false if the client has disconnected. */
  waitForDrain(): Promise<boolean>;
  /** Closes the connection as soon as the client has received nothing for `ms` milliseconds. */
  destroyWhenStalled(ms?: number): void;
  /** Closes the connection, so that the client detects an incomplete response. */
  destroy(): void;
}

/** Because of the buffers of the system, a client that reads 10 KB/s can receive nothing for up to two minutes. */
const stallMs = 130_000;

/** Responses that are being sent, by invocation id. Entries are removed when their response closes. */
const responses = new Map<string, ServerResponse>();

subscribe("http.server.request.start", (message) => {
  const { request, response } = message as { readonly request: IncomingMessage; readonly response: ServerResponse };
  const id = request.headers["x-ms-invocation-id"];
  // The first response of an id is kept, so that no later request can replace it.
  if (typeof id !== "string" || responses.has(id)) return;
  responses.set(id, response);
  response.once("close", () => responses.delete(id));
});

/** The connection of a running invocation. */
export function connectionOf(invocationId: string): Connection {
  const response = responses.get(invocationId);
  if (response === undefined)
    return {
      closed: new AbortController().signal,
      isKnown: false,
      waitForDrain: async () => true,
      destroy() {},
      destroyWhenStalled() {},
    };
  const closing = new AbortController();
  if (response.closed) closing.abort();
  else response.once("close", () => closing.abort());
  return {
    closed: closing.signal,
    isKnown: true,
    waitForDrain: () => drained(response, closing.signal),
    destroy: () => void response.destroy(),
    destroyWhenStalled: (ms = stallMs) => void response.setTimeout(ms, () => response.destroy()),
  };
}

async function drained(response: ServerResponse, closed: AbortSignal): Promise<boolean> {
  if (closed.aborted || response.destroyed) return false;
  if (!response.writableNeedDrain) return true;
  try {
    await once(response, "drain", { signal: closed });
    return true;
  } catch {
    return false;
  }
}
