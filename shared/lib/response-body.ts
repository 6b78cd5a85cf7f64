/** Bodies of HTTP responses that are passed on as they arrive, long after the call that opened them has returned. */

/** An open body keeps its connection, so one that nobody starts to read is closed after this time. */
const unreadMs = 10_000;

/**
 * Runs `open` with a signal that follows `signal` only until the response has arrived: a body that is read later is not
 * cut off by the time limit of the call that opened it.
 */
export async function abortableUntilOpen<T>(
  signal: AbortSignal,
  open: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const controller = new AbortController();
  const abort = () => controller.abort(signal.reason);
  signal.addEventListener("abort", abort, { once: true });
  try {
    return await open(controller.signal);
  } finally {
    signal.removeEventListener("abort", abort);
  }
}

/** Runs the read of one chunk, e.g. within a time limit. */
export type ReadChunk = <T>(next: () => Promise<T>) => Promise<T>;

/**
 * The chunks of a body. The body is closed at its end, on an error, when its reader stops early, or if nobody reads it.
 */
export function chunksOf(stream: NodeJS.ReadableStream | undefined, read: ReadChunk): AsyncIterable<Uint8Array> {
  const unread = setTimeout(() => closeBody(stream), unreadMs).unref();
  return {
    [Symbol.asyncIterator]() {
      clearTimeout(unread);
      return readChunks(stream, read);
    },
  };
}

async function* readChunks(
  stream: NodeJS.ReadableStream | undefined,
  read: ReadChunk,
): AsyncGenerator<Uint8Array, void, undefined> {
  if (stream === undefined) return;
  const chunks = stream[Symbol.asyncIterator]() as AsyncIterator<Uint8Array>;
  try {
    for (;;) {
      const next = await read(() => chunks.next());
      if (next.done === true) return;
      yield next.value;
    }
  } finally {
    closeBody(stream);
  }
}

/** Closes a body that is not read to its end, which releases its connection. */
export function closeBody(stream: NodeJS.ReadableStream | undefined): void {
  (stream as (NodeJS.ReadableStream & { destroy?(): void }) | undefined)?.destroy?.();
}
