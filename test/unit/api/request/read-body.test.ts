import { Readable } from "node:stream";
import type { ReadableStream } from "node:stream/web";
import { expect, test } from "vitest";
import { bodyChunks } from "../../../../shared/api/request/read-body.ts";
import { request } from "../../../support/http.ts";

type Chunks = () => AsyncGenerator<Uint8Array>;

/** A request whose body arrives in chunks. */
function streaming(chunks: Chunks): ReturnType<typeof request> {
  const { method, url, headers, params, query } = request({ method: "POST" });
  return {
    method,
    url,
    headers,
    params,
    query,
    body: Readable.toWeb(Readable.from(chunks())) as ReadableStream,
    bodyUsed: false,
  } as ReturnType<typeof request>;
}

async function read(chunks: Chunks, idleMs: number, totalMs = 60_000): Promise<string> {
  let text = "";
  for await (const chunk of bodyChunks(streaming(chunks), 1000, { idleMs, totalMs }))
    text += Buffer.from(chunk).toString();
  return text;
}

test("rejects a body that pauses too long with 408, and leaves its rest readable", async () => {
  const rest = Promise.withResolvers<void>();
  const sent = streaming(async function* () {
    yield Buffer.from("a");
    await rest.promise;
    yield Buffer.from("b");
  });
  const seen: string[] = [];
  const reading = (async () => {
    for await (const chunk of bodyChunks(sent, 1000, { idleMs: 20, totalMs: 60_000 }))
      seen.push(Buffer.from(chunk).toString());
  })();
  await expect(reading).rejects.toMatchObject({
    code: "request_timeout",
    message: "No part of the body arrived for 0.02 seconds. Repeat the request and send the body without pauses.",
  });
  expect([seen, sent.body?.locked]).toEqual([["a"], false]);
  rest.resolve();
});

test("reads a slow body without long pauses to its end", async () => {
  const slow: Chunks = async function* () {
    for (let index = 0; index < 20; index += 1) {
      await new Promise((resolve) => setImmediate(resolve));
      yield Buffer.from("a");
    }
  };
  expect(await read(slow, 5000)).toBe("a".repeat(20));
});

test("rejects an endless body before the host would end the worker", async () => {
  const endless: Chunks = async function* () {
    for (;;) {
      await new Promise((resolve) => setImmediate(resolve));
      yield Buffer.alloc(0);
    }
  };
  await expect(read(endless, 5000, 50)).rejects.toMatchObject({
    code: "request_timeout",
    message: expect.stringContaining("within 0.05 seconds"),
  });
});

test("rejects a body whose client disconnects with 400", async () => {
  const broken: Chunks = async function* () {
    yield Buffer.from("a");
    throw new Error("aborted");
  };
  await expect(read(broken, 5000)).rejects.toMatchObject({
    code: "invalid_request",
    message: "The connection was closed before the end of the body.",
  });
});
