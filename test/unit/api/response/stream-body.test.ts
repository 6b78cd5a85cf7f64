import { once } from "node:events";
import { createServer, get, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { connectionOf } from "../../../../shared/api/access/connection.ts";
import { streamBody } from "../../../../shared/api/response/stream-body.ts";
import { until } from "../../../support/until.ts";

const mebibyte = 1024 * 1024;
const parts = 64;

interface Body {
  readonly body: AsyncIterable<Uint8Array>;
  /** How many parts were asked for. */
  read(): number;
  isReleased(): boolean;
}

/** A body of 64 MiB, which fails at a part. */
function bodyOf(failsAt = Number.POSITIVE_INFINITY): Body {
  let read = 0;
  let released = false;
  const body = (async function* () {
    try {
      for (; read < parts; ) {
        if (read === failsAt) throw new Error("storage broke off");
        read += 1;
        yield Buffer.alloc(mebibyte);
      }
    } finally {
      released = true;
    }
  })();
  return { body, read: () => read, isReleased: () => released };
}

/** Sends a body as the server of the Functions library does: as fast as it can be read. Gives the client's end. */
async function answerWith({ body }: Body, stallMs?: number): Promise<IncomingMessage> {
  const id = crypto.randomUUID();
  const server = createServer(async (_request, response) => {
    response.setHeader("content-length", parts * mebibyte);
    const connection = connectionOf(id);
    connection.destroyWhenStalled(stallMs);
    const stream = await streamBody(body, parts * mebibyte, connection);
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
  const [answer] = (await once(
    get({ port, host: "127.0.0.1", agent: false, headers: { "x-ms-invocation-id": id } }),
    "response",
  )) as [IncomingMessage];
  answer.on("error", () => undefined);
  return answer;
}

test("a large body is read as the client reads: what a slow one has not taken stays in storage", async () => {
  const body = bodyOf();
  const answer = await answerWith(body);
  await once(answer, "readable");
  // The buffers of the system take some of it; two looks at the same count mean that the reading has stopped.
  let last = -1;
  await until(
    async () => {
      const before = last;
      last = body.read();
      return before === last && last > 0;
    },
    (stopped) => stopped,
  );
  expect(body.read()).toBeLessThan(parts / 2);
  let size = 0;
  for await (const chunk of answer) size += (chunk as Buffer).length;
  expect([size, body.isReleased()]).toEqual([parts * mebibyte, true]);
});

test("a client that leaves ends the reading", async () => {
  const body = bodyOf();
  const answer = await answerWith(body);
  answer.destroy();
  await until(body.isReleased, (released) => released);
  expect(body.read()).toBeLessThan(parts);
});

test("a client that takes nothing for too long is cut off", async () => {
  const body = bodyOf();
  const answer = await answerWith(body, 300);
  await until(body.isReleased, (released) => released);
  answer.resume();
  await new Promise((resolve) => answer.once("close", resolve));
  expect(answer.complete).toBe(false);
});

test("a body that fails cuts the connection, so that the client does not take the answer for whole", async () => {
  const answer = await answerWith(bodyOf(3));
  answer.resume();
  await new Promise((resolve) => answer.once("close", resolve));
  expect(answer.complete).toBe(false);
});

test("a body that ends too soon cuts the connection", async () => {
  const short = (async function* () {
    yield Buffer.alloc(2 * mebibyte);
  })();
  const answer = await answerWith({ body: short, read: () => 1, isReleased: () => true });
  answer.resume();
  await new Promise((resolve) => answer.once("close", resolve));
  expect(answer.complete).toBe(false);
});

test("a small body, or one whose connection is not known, is handed over as a whole", async () => {
  const body = (async function* () {
    yield Buffer.from("hello ");
    yield Buffer.from("world");
  })();
  expect(await streamBody(body, 5, connectionOf("unknown"))).toEqual(Buffer.from("hello"));
});

test("an invocation whose connection is not known is never closed and always drained", async () => {
  const connection = connectionOf("unknown");
  expect([connection.isKnown, connection.closed.aborted, await connection.drained()]).toEqual([false, false, true]);
});
