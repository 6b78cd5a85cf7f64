import { Readable } from "node:stream";
import { expect, test } from "vitest";
import { abortableUntilOpen, chunksOf, type ReadChunk } from "../../../shared/lib/response-body.ts";

const direct: ReadChunk = (next) => next();

test("passes all chunks on and closes the body", async () => {
  const body = Readable.from([Buffer.from("a"), Buffer.from("b")]);
  const chunks: Uint8Array[] = [];
  for await (const chunk of chunksOf(body, direct)) chunks.push(chunk);
  expect(Buffer.concat(chunks).toString()).toBe("ab");
  expect(body.destroyed).toBe(true);
});

test("has no chunks without a body", async () => {
  for await (const chunk of chunksOf(undefined, direct)) throw new Error(`There is a chunk of ${chunk.length} bytes.`);
});

test("closes the body when its reader stops early", async () => {
  const body = Readable.from([Buffer.from("a"), Buffer.from("b")]);
  for await (const _ of chunksOf(body, direct)) break;
  expect(body.destroyed).toBe(true);
});

test("closes the body when a read fails, and passes the error on", async () => {
  const body = Readable.from([Buffer.from("a")]);
  const failing: ReadChunk = () => Promise.reject(new Error("too slow"));
  const reading = (async () => {
    for await (const _ of chunksOf(body, failing)) break;
  })();
  await expect(reading).rejects.toThrow("too slow");
  expect(body.destroyed).toBe(true);
});

test("an abort ends the opening, but not the reading that follows", async () => {
  const caller = new AbortController();
  let seen: AbortSignal | undefined;
  const open = (signal: AbortSignal) => {
    seen = signal;
    return new Promise<never>((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
  };
  const opening = abortableUntilOpen(caller.signal, open);
  caller.abort(new Error("given up"));
  await expect(opening).rejects.toThrow("given up");

  const later = new AbortController();
  await abortableUntilOpen(later.signal, async (signal) => {
    seen = signal;
  });
  later.abort();
  expect(seen?.aborted).toBe(false);
});
