/**
 * The connection on which the answer to an invocation is sent. The Functions library writes an answer as fast as its body can be
 * read, and does not report that a client has left. Its HTTP server runs in this process, though, and Node publishes each request of
 * a server on a diagnostics channel: that is where the response of an invocation is found.
 */
import { subscribe } from "node:diagnostics_channel";
import { once } from "node:events";
import type { IncomingMessage, ServerResponse } from "node:http";

export interface Connection {
  /** Aborted when the answer is sent, or the client has left. Never aborted where the connection is not known. */
  readonly closed: AbortSignal;
  /** False where the host does not stream: the answer is then handed over as a whole. */
  readonly isKnown: boolean;
  /** Resolves when more can be written: true, or false when the client has left. */
  drained(): Promise<boolean>;
  /** From now on, cuts the connection of a client that takes nothing for so long. */
  destroyWhenStalled(ms?: number): void;
  /** Breaks off an answer that cannot be completed, so that the client does not take it for whole. */
  destroy(): void;
}

/** The buffers of the system make a client of 10 KB/s look as if it took nothing for up to two minutes. */
const stallMs = 130_000;

/** Responses of requests that are being answered, by the id of their invocation; an entry leaves with its response. */
const responses = new Map<string, ServerResponse>();

subscribe("http.server.request.start", (message) => {
  const { request, response } = message as { readonly request: IncomingMessage; readonly response: ServerResponse };
  const id = request.headers["x-ms-invocation-id"];
  // An id is set once: no request can take the place of another one.
  if (typeof id !== "string" || responses.has(id)) return;
  responses.set(id, response);
  response.once("close", () => responses.delete(id));
});

/** The connection of an invocation that is running. */
export function connectionOf(invocationId: string): Connection {
  const response = responses.get(invocationId);
  if (response === undefined)
    return {
      closed: new AbortController().signal,
      isKnown: false,
      drained: async () => true,
      destroy() {},
      destroyWhenStalled() {},
    };
  const closing = new AbortController();
  if (response.closed) closing.abort();
  else response.once("close", () => closing.abort());
  return {
    closed: closing.signal,
    isKnown: true,
    drained: () => drained(response, closing.signal),
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
