import { Readable } from "node:stream";
import type { ReadableStream } from "node:stream/web";
import { expect, test } from "vitest";
import { bodyChunks } from "../../../../shared/api/request/read-body.ts";
import { request } from "../../../support/http.ts";

type Parts = () => AsyncGenerator<Uint8Array>;

/** A request whose body comes in parts. */
function streaming(parts: Parts): ReturnType<typeof request> {
  const { method, url, headers, params, query } = request({ method: "POST" });
  return {
    method,
    url,
    headers,
    params,
    query,
    body: Readable.toWeb(Readable.from(parts())) as ReadableStream,
    bodyUsed: false,
  } as ReturnType<typeof request>;
}

async function read(parts: Parts, idleMs: number, wholeMs = 60_000): Promise<string> {
  let text = "";
  for await (const part of bodyChunks(streaming(parts), 1000, { idleMs, totalMs: wholeMs }))
    text += Buffer.from(part).toString();
  return text;
}

test("a body that is silent for too long is given up with a 408, and what is left of it can still be read away", async () => {
  const rest = Promise.withResolvers<void>();
  const sent = streaming(async function* () {
    yield Buffer.from("a");
    await rest.promise;
    yield Buffer.from("b");
  });
  const seen: string[] = [];
  const reading = (async () => {
    for await (const part of bodyChunks(sent, 1000, { idleMs: 20, totalMs: 60_000 }))
      seen.push(Buffer.from(part).toString());
  })();
  await expect(reading).rejects.toMatchObject({
    code: "request_timeout",
    message: "No byte of the body came for 0.02 seconds. Send it again, without a pause.",
  });
  expect([seen, sent.body?.locked]).toEqual([["a"], false]);
  rest.resolve();
});

test("a body that is slow, but never silent for long, is read whole", async () => {
  const slow: Parts = async function* () {
    for (let index = 0; index < 20; index += 1) {
      await new Promise((resolve) => setImmediate(resolve));
      yield Buffer.from("a");
    }
  };
  expect(await read(slow, 5000)).toBe("a".repeat(20));
});

test("a body that flows without end is given up before the host would end the worker", async () => {
  const endless: Parts = async function* () {
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

test("a body that breaks off is no error of the service", async () => {
  const broken: Parts = async function* () {
    yield Buffer.from("a");
    throw new Error("aborted");
  };
  await expect(read(broken, 5000)).rejects.toMatchObject({
    code: "invalid_request",
    message: "The body broke off before its end.",
  });
});
