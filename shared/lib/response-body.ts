/** Bodies of HTTP responses that are read in chunks, after the call that opened them has returned. */

/** Milliseconds after which a body without a reader is closed, because it occupies a connection. */
const unreadMs = 10_000;

/**
 * Runs `open` with a signal that is linked to `signal` until `open` has returned, so that the time limit of the call
 * does not apply to the body, which is read later.
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
 * The chunks of a body. The body is closed at its end, on an error, when its reader stops early, or without a reader.
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
