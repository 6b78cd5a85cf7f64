/** Disconnects clients that send or read too slowly, so that they do not hold connections and slots. */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Socket } from "node:net";

export interface SlowClientMonitor {
  /** Observes a request until the returned function is called. */
  watch(raw: IncomingMessage, response: ServerResponse): () => void;
  stop(): void;
}

/** Kestrel's MinRequestBodyDataRate, with its grace period. */
const minBytesPerSecond = 240;
const graceMs = 5000;
/** The real host's limit for a response that the client does not read. */
const maxUnreadMs = 240_000;
const tickMs = 1000;

interface WatchedRequest {
  readonly raw: IncomingMessage;
  readonly response: ServerResponse;
  /** Time for which the client may send nothing. */
  creditMs: number;
  bytesReceived: number;
  /** Time since the client last read a part of the response. */
  unreadMs: number;
  bytesTaken: number;
}

/**
 * Starts to disconnect slow clients. Each received byte adds the time that it takes at the minimum rate to the credit
 * of the client, up to `silenceMs`. So a steady upload may take any time, and a slower one ends after the grace period.
 * A response may take any time while the client reads it.
 */
export function disconnectSlowClients(silenceMs: number): SlowClientMonitor {
  const requests = new Set<WatchedRequest>();
  /**
   * Bytes of each connection that belong to earlier requests. The first bytes of a request may arrive before it is
   * watched.
   */
  const bytesOfEarlier = new WeakMap<Socket, number>();
  let lastTick = performance.now();
  const intervalMs = Math.min(tickMs, silenceMs / 4);
  const timer = setInterval(() => {
    // A late tick is caused by this process, so it must not reduce the credit of the clients.
    const elapsedMs = Math.min(performance.now() - lastTick, 2 * intervalMs);
    lastTick = performance.now();
    for (const request of requests) if (isStalled(request, elapsedMs, silenceMs)) disconnect(request);
  }, intervalMs).unref();
  return {
    watch: (raw, response) => {
      const { socket } = raw;
      const request: WatchedRequest = {
        raw,
        response,
        creditMs: Math.min(graceMs, silenceMs),
        bytesReceived: bytesOfEarlier.get(socket) ?? 0,
        unreadMs: 0,
        bytesTaken: socket.bytesWritten,
      };
      requests.add(request);
      return () => {
        requests.delete(request);
        bytesOfEarlier.set(socket, socket.bytesRead);
      };
    },
    stop: () => clearInterval(timer),
  };
}

/** Updates the credit of a request after `elapsedMs`. True if its client is too slow. */
function isStalled(request: WatchedRequest, elapsedMs: number, silenceMs: number): boolean {
  const { raw } = request;
  const { bytesRead, bytesWritten, writableLength } = raw.socket;
  const addedMs = ((bytesRead - request.bytesReceived) * 1000) / minBytesPerSecond;
  request.bytesReceived = bytesRead;
  // While received bytes are unread, the client waits for the function.
  if (!raw.complete && raw.readableLength === 0)
    request.creditMs = Math.min(request.creditMs - elapsedMs + addedMs, silenceMs);
  const bytesTaken = bytesWritten - writableLength;
  const isUnread = writableLength > 0 && bytesTaken === request.bytesTaken;
  request.unreadMs = isUnread ? request.unreadMs + elapsedMs : 0;
  request.bytesTaken = bytesTaken;
  return request.creditMs < 0 || request.unreadMs > maxUnreadMs;
}

function disconnect({ raw, response }: WatchedRequest): void {
  const { socket } = raw;
  if (response.headersSent || response.socket === null) socket.destroy();
  else {
    socket.write("HTTP/1.1 408 Request Timeout\r\nConnection: close\r\n\r\n");
    socket.destroySoon();
  }
}
