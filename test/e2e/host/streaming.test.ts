import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type HostProcess, startHostProcess } from "../../support/host-process.ts";
import { listeningPorts } from "../../support/process-figures.ts";
import { rawRequest } from "../../support/raw-http.ts";
import { until } from "../../support/until.ts";

let host: HostProcess;
beforeAll(async () => {
  host = await startHostProcess("streaming", { settings: { FUNCTIONS_REQUEST_BODY_SIZE_LIMIT: "2000000" } });
});
afterAll(() => host.stop());

const get = (path: string, init: RequestInit = {}) =>
  fetch(`${host.url}/api${path}`, { signal: AbortSignal.timeout(10_000), ...init });

describe("an app that streams", () => {
  test("receives large bodies and returns them complete", async () => {
    const body = randomBytes(1_500_000);
    const answer = await get("/echo/x", { method: "POST", body });
    expect(answer.status).toBe(201);
    expect(Buffer.from(await answer.arrayBuffer()).equals(body)).toBe(true);
  });

  test("receives chunked bodies, unlike other apps", async () => {
    const body = ReadableStream.from([Buffer.from("kept")]);
    expect(await (await get("/echo/x", { method: "POST", body, duplex: "half" } as RequestInit)).text()).toBe("kept");
  });

  test("receives its URL, and query keys as parameters", async () => {
    const { headers } = await get("/echo/caf%C3%A9?q=1&name=other", { method: "POST", body: "x" });
    expect(headers.get("x-url")).toBe(`${host.url}/api/echo/caf%C3%A9?q=1&name=other`);
    expect(JSON.parse(decodeURIComponent(headers.get("x-params") ?? ""))).toEqual({ q: "1", name: "caf\u00e9" });
  });

  test("receives no identity headers of a client", async () => {
    const principal = Buffer.from(JSON.stringify({ identityProvider: "aad", userId: "boss" })).toString("base64");
    const { headers } = await get("/echo/x", {
      method: "POST",
      body: "x",
      headers: { "x-ms-client-principal": principal },
    });
    expect(headers.get("x-user")).toBe("null");
  });

  test("sends each part of a response immediately", async () => {
    const { body, headers } = await get("/follow");
    const reader = (body as ReadableStream<Uint8Array>).getReader();
    const next = async () => Buffer.from((await reader.read()).value ?? "").toString();
    expect(headers.get("content-type")).toBe("text/event-stream");
    expect(await next()).toBe("data: one\n\n");
    await get("/step", { method: "POST" });
    expect(await next()).toBe("data: two\n\n");
    await get("/step", { method: "POST" });
    expect((await reader.read()).done).toBe(true);
  });

  test("has the custom headers of the host and its own cookies", async () => {
    const { headers } = await get("/cookies");
    expect(headers.get("x-own")).toBe("host");
    expect(headers.get("server")).toBe("Kestrel");
    expect(headers.getSetCookie()).toEqual(["a=1", "b=2"]);
  });

  test("that fails before its response is an empty 500, and one that returns nothing a 204", async () => {
    const failed = await get("/throws");
    expect([failed.status, await failed.text()]).toEqual([500, ""]);
    expect((await get("/nothing")).status).toBe(204);
  });

  test("that fails during an upload keeps the connection for the next request", async () => {
    const body = Buffer.alloc(1_900_000, "x");
    const raw = rawRequest(
      host.url,
      `POST /api/throws HTTP/1.1\r\nHost: localhost\r\nContent-Length: ${body.length}\r\n\r\n`,
    );
    await until(raw.text, (text) => text.includes("HTTP/1.1 500 "));
    raw.socket.write(body);
    raw.socket.write("GET /api/nothing HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    await raw.closed;
    expect(raw.text()).toMatch(/^HTTP\/1\.1 500 .*HTTP\/1\.1 204 /s);
  });

  test("that fails during its response closes the connection, so that a partial body is detected", async () => {
    const answer = await get("/throws-late");
    await expect(answer.text()).rejects.toThrow();
  });

  test.each([
    ["the id that ends the process", "x-ms-invocation-id: error\r\n"],
    ["an id of its own", "x-ms-invocation-id: 1\r\n"],
    ["no id", ""],
    ["a secret of its own", `x-ms-invocation-id: 1\r\nx-host-secret: ${"x".repeat(43)}\r\n`],
    ["a secret in other letters", `x-ms-invocation-id: 1\r\nx-host-secret: ${"\u00e9".repeat(43)}\r\n`],
    ["an upgrade", "Connection: Upgrade\r\nUpgrade: x\r\nx-ms-invocation-id: error\r\n"],
    ["an expectation", "Expect: 100-continue\r\nx-ms-invocation-id: error\r\n"],
  ])(
    "rejects requests of other programs to the port of its library with %s, and keeps running",
    async (_case, headers) => {
      const ports = listeningPorts(host.pid).filter((port) => port !== Number(new URL(host.url).port));
      expect(ports).toHaveLength(1);
      const stranger = rawRequest(
        `http://127.0.0.1:${ports[0]}`,
        `POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\n${headers}\r\n`,
      );
      expect(await until(() => stranger.socket.destroyed, Boolean, 2000)).toBe(true);
      expect(stranger.text()).toBe("");
      expect((await get("/cookies")).status).toBe(200);
    },
  );

  test("receives only bodies up to the limit", async () => {
    expect((await get("/echo/x", { method: "POST", body: Buffer.alloc(2_000_001) })).status).toBe(413);
    const body = ReadableStream.from([Buffer.alloc(2_000_001)]);
    await expect(
      get("/echo/x", { method: "POST", body, duplex: "half" } as RequestInit).then((answer) => answer.arrayBuffer()),
    ).rejects.toThrow();
  });
});
