import { once } from "node:events";
import { createServer, get, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { connectionOf } from "../../../../shared/api/access/connection.ts";
import { streamBody } from "../../../../shared/api/response/stream-body.ts";
import { until } from "../../../support/until.ts";

const mebibyte = 1024 * 1024;
const chunkCount = 64;

interface Body {
  readonly body: AsyncIterable<Uint8Array>;
  /** Number of chunks that were read. */
  read(): number;
  isReleased(): boolean;
}

/** A body of 64 MiB, which fails before chunk `failsAt`. */
function bodyOf(failsAt = Number.POSITIVE_INFINITY): Body {
  let read = 0;
  let released = false;
  const body = (async function* () {
    try {
      for (; read < chunkCount; ) {
        if (read === failsAt) throw new Error("storage disconnected");
        read += 1;
        yield Buffer.alloc(mebibyte);
      }
    } finally {
      released = true;
    }
  })();
  return { body, read: () => read, isReleased: () => released };
}

/**
 * Sends a body like the server of the Functions library, as fast as it can be read. Returns the response at the client.
 */
async function send({ body }: Body, stallMs?: number): Promise<IncomingMessage> {
  const id = crypto.randomUUID();
  const server = createServer(async (_request, response) => {
    response.setHeader("content-length", chunkCount * mebibyte);
    const connection = connectionOf(id);
    connection.destroyWhenStalled(stallMs);
    const stream = await streamBody(body, chunkCount * mebibyte, connection);
    for await (const chunk of (stream as ReadableStream<Uint8Array>).values()) response.write(chunk);
    response.end();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  const [incoming] = (await once(
    get({ port, host: "127.0.0.1", agent: false, headers: { "x-ms-invocation-id": id } }),
    "response",
  )) as [IncomingMessage];
  incoming.on("error", () => undefined);
  return incoming;
}

test("reads a large body as fast as the client", async () => {
  const body = bodyOf();
  const response = await send(body);
  await once(response, "readable");
  // The buffers of the system take a part of it. Reading has stopped if the count is the same twice.
  let last = -1;
  await until(
    async () => {
      const before = last;
      last = body.read();
      return before === last && last > 0;
    },
    (stopped) => stopped,
  );
  expect(body.read()).toBeLessThan(chunkCount / 2);
  let size = 0;
  for await (const chunk of response) size += (chunk as Buffer).length;
  expect([size, body.isReleased()]).toEqual([chunkCount * mebibyte, true]);
});

test("stops reading if the client disconnects", async () => {
  const body = bodyOf();
  const response = await send(body);
  response.destroy();
  await until(body.isReleased, (released) => released);
  expect(body.read()).toBeLessThan(chunkCount);
});

test("closes the connection of a client that reads nothing for too long", async () => {
  const body = bodyOf();
  const response = await send(body, 300);
  await until(body.isReleased, (released) => released);
  response.resume();
  await new Promise((resolve) => response.once("close", resolve));
  expect(response.complete).toBe(false);
});

test("closes the connection if the body fails, so that the client detects the incomplete response", async () => {
  const response = await send(bodyOf(3));
  response.resume();
  await new Promise((resolve) => response.once("close", resolve));
  expect(response.complete).toBe(false);
});

test("closes the connection if the body ends too early", async () => {
  const short = (async function* () {
    yield Buffer.alloc(2 * mebibyte);
  })();
  const response = await send({ body: short, read: () => 1, isReleased: () => true });
  response.resume();
  await new Promise((resolve) => response.once("close", resolve));
  expect(response.complete).toBe(false);
});

test("buffers a small body, and any body if the connection is unknown", async () => {
  const body = (async function* () {
    yield Buffer.from("hello ");
    yield Buffer.from("world");
  })();
  expect(await streamBody(body, 5, connectionOf("unknown"))).toEqual(Buffer.from("hello"));
});

test("treats an unknown connection as open and drained", async () => {
  const connection = connectionOf("unknown");
  expect([connection.isKnown, connection.closed.aborted, await connection.waitForDrain()]).toEqual([
    false,
    false,
    true,
  ]);
});
