import type { IncomingMessage, ServerResponse } from "node:http";
import type { Socket } from "node:net";

/** Calls of a connection that are not answered yet; a client may send several at once. */
const openCalls = new WeakMap<Socket, Set<AbortController>>();

/**
 * Aborts when the connection of a call is gone before the call was answered. The connection alone is asked: a request is closed as soon as it
 * was read, and an answer that waits behind another one on its connection is never closed.
 */
export function disconnectSignal(raw: IncomingMessage, response: ServerResponse): AbortSignal {
  const { socket } = raw;
  const call = new AbortController();
  if (socket.destroyed) {
    call.abort();
    return call.signal;
  }
  const calls = openCalls.get(socket) ?? watch(socket);
  calls.add(call);
  response.once("finish", () => calls.delete(call));
  return call.signal;
}

function watch(socket: Socket): Set<AbortController> {
  const calls = new Set<AbortController>();
  openCalls.set(socket, calls);
  socket.once("close", () => {
    for (const call of calls) call.abort();
  });
  return calls;
}

/** Resolves when the caller has gone. */
export function whenDisconnected(gone: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (gone.aborted) resolve();
    else gone.addEventListener("abort", () => resolve(), { once: true });
  });
}
