/** Ends calls whose client stalls, so that it holds no place for ever. */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Socket } from "node:net";

export interface SlowClientMonitor {
  /** Looks at a call until the returned function is called. */
  watch(raw: IncomingMessage, response: ServerResponse): () => void;
  stop(): void;
}

/** Kestrel's MinRequestBodyDataRate: bytes a second, and the milliseconds in which a body may be slower. */
const minBytesPerSecond = 240;
const graceMs = 5000;
/** The real host's limit for an answer of which nothing is taken. */
const unreadMs = 240_000;
const tickMs = 1000;

interface Call {
  readonly raw: IncomingMessage;
  readonly response: ServerResponse;
  /** For how long the client may send nothing more. */
  creditMs: number;
  received: number;
  /** For how long the client has taken nothing of its answer. */
  unreadMs: number;
  taken: number;
}

/**
 * Ends a call whose body stalls. Each byte buys the time that it takes at the lowest rate, up to `silenceMs`: however long an upload takes,
 * it goes on while it flows, and a client that drips is ended after the grace. An answer may take as long as its client reads.
 */
export function disconnectSlowClients(silenceMs: number): SlowClientMonitor {
  const calls = new Set<Call>();
  /** Bytes of each connection that belong to earlier calls. A call's first bytes may be there before it is watched, and count for it. */
  const counted = new WeakMap<Socket, number>();
  let last = performance.now();
  const everyMs = Math.min(tickMs, silenceMs / 4);
  const timer = setInterval(() => {
    // A late tick is a delay of this process, not of a client.
    const elapsedMs = Math.min(performance.now() - last, 2 * everyMs);
    last = performance.now();
    for (const call of calls) if (isStalled(call, elapsedMs, silenceMs)) end(call);
  }, everyMs).unref();
  return {
    watch: (raw, response) => {
      const { socket } = raw;
      const received = counted.get(socket) ?? 0;
      const call: Call = {
        raw,
        response,
        creditMs: Math.min(graceMs, silenceMs),
        received,
        unreadMs: 0,
        taken: socket.bytesWritten,
      };
      calls.add(call);
      return () => {
        calls.delete(call);
        counted.set(socket, socket.bytesRead);
      };
    },
    stop: () => clearInterval(timer),
  };
}

function isStalled(call: Call, elapsedMs: number, silenceMs: number): boolean {
  const { raw } = call;
  const { bytesRead, bytesWritten, writableLength } = raw.socket;
  const boughtMs = ((bytesRead - call.received) * 1000) / minBytesPerSecond;
  call.received = bytesRead;
  // While the function has not read what is there, the client waits for the function.
  if (!raw.complete && raw.readableLength === 0)
    call.creditMs = Math.min(call.creditMs - elapsedMs + boughtMs, silenceMs);
  const taken = bytesWritten - writableLength;
  call.unreadMs = writableLength > 0 && taken === call.taken ? call.unreadMs + elapsedMs : 0;
  call.taken = taken;
  return call.creditMs < 0 || call.unreadMs > unreadMs;
}

function end({ raw, response }: Call): void {
  const { socket } = raw;
  if (response.headersSent || response.socket === null) socket.destroy();
  else {
    socket.write("HTTP/1.1 408 Request Timeout\r\nConnection: close\r\n\r\n");
    socket.destroySoon();
  }
}
