import type { Writable } from "node:stream";
import { defined } from "../../lib/defined.ts";

/**
 * Writes the dump of a job to a new file, or to a stream without closing it.
 * @throws if the file exists (it is left unchanged) or cannot be created, or if the stream is not writable or fails.
 */
export async function writeText(text: string, dest: string | Writable, signal: AbortSignal | undefined): Promise<void> {
  if (typeof dest === "string") {
    // Loaded here because a service never writes files, and loading both modules would slow down its start.
    const { open } = await import("node:fs/promises");
    const file = await open(dest, "wx");
    try {
      await file.writeFile(text, defined({ signal }));
    } finally {
      await file.close();
    }
    return;
  }
  if (!dest.writable)
    throw new TypeError("The destination of a dump must be a writable stream; this stream is closed or not writable.");
  await writeToStream(dest, text, signal);
}

/** Resolves when the text is written; rejects if the stream fails or ends before. */
async function writeToStream(dest: Writable, text: string, signal: AbortSignal | undefined): Promise<void> {
  const { finished } = await import("node:stream/promises");
  const over = new AbortController();
  const written = new Promise<void>((resolve, reject) => {
    dest.write(text, (error) => (error === null || error === undefined ? resolve() : reject(error)));
  });
  const signals = signal === undefined ? over.signal : AbortSignal.any([over.signal, signal]);
  const closed = finished(dest, { signal: signals, cleanup: true });
  try {
    await Promise.race([written, closed]);
  } finally {
    over.abort();
    await Promise.allSettled([closed]);
  }
}
