import type { IncomingMessage, ServerResponse } from "node:http";
import type { Socket } from "node:net";

/** Requests without a response by connection; a client may send several at once. */
const openRequests = new WeakMap<Socket, Set<AbortController>>();

/**
 * A signal that aborts when the client disconnects before its response is sent. Only the socket reports that reliably:
 * Node emits `close` for a request as soon as it was read, and never for a response queued behind another one on its
 * connection.
 */
export function disconnectSignal(raw: IncomingMessage, response: ServerResponse): AbortSignal {
  const { socket } = raw;
  const controller = new AbortController();
  if (socket.destroyed) {
    controller.abort();
    return controller.signal;
  }
  const controllers = openRequests.get(socket) ?? watch(socket);
  controllers.add(controller);
  response.once("finish", () => controllers.delete(controller));
  return controller.signal;
}

function watch(socket: Socket): Set<AbortController> {
  const controllers = new Set<AbortController>();
  openRequests.set(socket, controllers);
  socket.once("close", () => {
    for (const controller of controllers) controller.abort();
  });
  return controllers;
}

/** Resolves when the signal of `disconnectSignal` aborts. */
export function whenDisconnected(disconnected: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (disconnected.aborted) resolve();
    else disconnected.addEventListener("abort", () => resolve(), { once: true });
  });
}
