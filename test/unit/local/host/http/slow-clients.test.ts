import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { disconnectSlowClients, type SlowClientMonitor } from "../../../../../local/host/http/slow-clients.ts";
import { type RawConnection, rawRequest } from "../../../../support/raw-http.ts";

let server: Server;
let slowClients: SlowClientMonitor;
let upload: RawConnection;
let received: number;

beforeEach(async () => {
  vi.useFakeTimers({ toFake: ["setInterval", "performance"] });
  slowClients = disconnectSlowClients(30_000);
  received = 0;
  server = createServer((request, response) => {
    slowClients.watch(request, response);
    request.on("data", (chunk: Buffer) => {
      received += chunk.length;
    });
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  upload = rawRequest(
    `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\nx",
  );
  await untilReal(() => received === 1);
});
afterEach(() => {
  slowClients.stop();
  server.close();
  server.closeAllConnections();
  vi.useRealTimers();
});

/** Like `until`, whose timers do not run with the fake timers of this test. */
async function untilReal(isThere: () => boolean): Promise<void> {
  while (!isThere()) await new Promise((resolve) => setImmediate(resolve));
}

async function sendBytes(count: number): Promise<void> {
  const expected = received + count;
  upload.socket.write("x".repeat(count));
  await untilReal(() => received === expected);
}

/** Seconds, at most `seconds`, until the client is disconnected while it sends this many bytes per second. */
async function secondsOf(bytesPerSecond: number, seconds: number): Promise<number> {
  for (let second = 0; second < seconds; second += 1) {
    if (bytesPerSecond > 0) await sendBytes(bytesPerSecond);
    vi.advanceTimersByTime(1000);
    await new Promise((resolve) => setImmediate(resolve));
    if (server.listening && upload.socket.destroyed) return second;
    const connections = await new Promise<number>((resolve) => server.getConnections((_, count) => resolve(count)));
    if (connections === 0) return second;
  }
  return seconds;
}

test("ends a request without any body after five seconds with 408", async () => {
  expect(await secondsOf(0, 20)).toBeLessThanOrEqual(6);
  await upload.closed;
  expect(upload.text()).toMatch(/^HTTP\/1\.1 408 /);
});

test("ends a request with a slow body as early as one without any", async () => {
  expect(await secondsOf(10, 20)).toBeLessThanOrEqual(6);
});

test("accepts a body at 240 bytes a second for an hour", async () => {
  expect(await secondsOf(240, 3600)).toBe(3600);
});

test("accepts a pause of thirty seconds, but no longer, after a fast start", async () => {
  await sendBytes(500_000);
  expect(await secondsOf(0, 29)).toBe(29);
  expect(await secondsOf(0, 20)).toBeLessThanOrEqual(2);
});

test("counts the bytes of a body that arrive together with the head", async () => {
  const { port } = server.address() as AddressInfo;
  const body = "x".repeat(30_000);
  upload = rawRequest(
    `http://127.0.0.1:${port}`,
    `POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n${body}`,
  );
  await untilReal(() => received === body.length + 1);
  // The other client is gone by then.
  await secondsOf(0, 29);
  expect(upload.text()).toBe("");
});
