import { once } from "node:events";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type HostProcess, startHostProcess } from "../../support/host-process.ts";
import { rawRequest } from "../../support/raw-http.ts";

let host: HostProcess;
beforeAll(async () => {
  host = await startHostProcess("streaming");
});
afterAll(() => host.stop());

const hidden = "GET /api/cookies HTTP/1.1\r\nHost: localhost\r\n\r\n";
const last = hidden.replace("\r\n\r\n", "\r\nConnection: close\r\n\r\n");
const post = (headers: string, body: string, path = "/api/length") =>
  `POST ${path} HTTP/1.1\r\nHost: localhost\r\n${headers}\r\n${body}`;

/** Status codes of all responses on one connection, after it was closed. */
async function statusesOf(text: string): Promise<readonly number[]> {
  const raw = rawRequest(host.url, text);
  await raw.closed;
  return Array.from(raw.text().matchAll(/HTTP\/1\.1 (\d{3}) /g), ([, status]) => Number(status));
}

test.each([
  ["a length and chunks", post(`Content-Length: 6\r\nTransfer-Encoding: chunked\r\n`, `0\r\n\r\n${hidden}`)],
  [
    "chunks and a length",
    post(`Transfer-Encoding: chunked\r\nContent-Length: ${hidden.length}\r\n`, `0\r\n\r\n${hidden}`),
  ],
  ["two lengths", post(`Content-Length: 0\r\nContent-Length: ${hidden.length}\r\n`, hidden)],
  ["a length that is none", post("Content-Length: +0\r\n", hidden)],
  ["an encoding that is none", post("Transfer-Encoding: xchunked\r\nContent-Length: 0\r\n", hidden)],
  ["chunks that are not the last encoding", post("Transfer-Encoding: chunked, gzip\r\n", `0\r\n\r\n${hidden}`)],
  ["a blank before the colon", post(`Content-Length : ${hidden.length}\r\n`, hidden)],
  ["a folded header", post(`X: y\r\n Content-Length: ${hidden.length}\r\n`, hidden)],
  ["a chunk whose size is none", post("Transfer-Encoding: chunked\r\n", `0x\r\n\r\n${hidden}`)],
  [
    "a length in its trailers",
    post("Transfer-Encoding: chunked\r\n", `0\r\nContent-Length: ${hidden.length}\r\n\r\n${hidden}`),
  ],
  ["a bare line feed in its chunks", post("Transfer-Encoding: chunked\r\n", `1\nx\n0\n\n${hidden}`)],
])(
  "a request with %s is a 400 that closes the connection, so that it cannot contain a second request",
  async (_case, text) => {
    expect(await statusesOf(text)).toEqual([400]);
  },
);

test("a chunked body with trailers arrives complete, and is separate from the next request", async () => {
  const chunked = post("Transfer-Encoding: chunked\r\nTrailer: X-End\r\n", "5\r\nhello\r\n0\r\nX-End: 1\r\n\r\n");
  expect(await statusesOf(chunked + last)).toEqual([200, 200]);
});

test("a GET with a chunked body, which Node itself would forward without framing, is one request", async () => {
  const body = hidden.repeat(6000);
  const chunked =
    "GET /api/cookies HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n" +
    `${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`;
  expect(await statusesOf(chunked + last)).toEqual([200, 200]);
  expect(await statusesOf(last)).toEqual([200]);
});

test("a client that waits for 100 Continue receives it", async () => {
  const raw = rawRequest(host.url, post("Connection: close\r\nExpect: 100-continue\r\nContent-Length: 5\r\n", ""));
  await once(raw.socket, "data");
  expect(raw.text()).toMatch(/^HTTP\/1\.1 100 Continue/);
  raw.socket.write("hello");
  await raw.closed;
  expect(raw.text()).toMatch(/HTTP\/1\.1 200 .*\b5\r?\n?/s);
});

test("an absolute URL as the target reaches the function if it has the same host", async () => {
  expect(
    await statusesOf("GET http://localhost/api/cookies HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"),
  ).toEqual([200]);
});

test("a head of 40 kB is a 431", async () => {
  expect(await statusesOf(`GET /api/cookies HTTP/1.1\r\nHost: localhost\r\nX: ${"x".repeat(40_000)}\r\n\r\n`)).toEqual([
    431,
  ]);
});

test("a second attempt, which has no body, does not read the next request of the connection as its body", async () => {
  const body = "hello";
  for (let times = 0; times < 3; times += 1) {
    const request = post(`Connection: close\r\nContent-Length: ${body.length}\r\n`, body, "/api/flaky");
    expect(await statusesOf(request)).toEqual([200]);
    expect(await statusesOf(last)).toEqual([200]);
  }
});

test("300 idle connections do not block others", async () => {
  const idle = Array.from({ length: 300 }, () => rawRequest(host.url, hidden));
  await Promise.all(idle.map(({ socket }) => once(socket, "data")));
  expect(await statusesOf(last)).toEqual([200]);
  for (const { socket } of idle) socket.destroy();
});
