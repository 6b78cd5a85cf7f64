import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { type AbortableRequests, abortRequests, countLostSlots, waysToAbort } from "../../support/aborted-requests.ts";
import { type HostProcess, startHostProcess } from "../../support/host-process.ts";
import { rawRequest } from "../../support/raw-http.ts";
import { until } from "../../support/until.ts";

const outstanding = 40;
const concurrent = 20;
const limits = {
  AzureFunctionsJobHost__extensions__http__maxOutstandingRequests: String(outstanding),
  AzureFunctionsJobHost__extensions__http__maxConcurrentRequests: String(concurrent),
};

let host: HostProcess;
beforeAll(async () => {
  host = await startHostProcess("streaming", { settings: limits });
});
const call = (path: string, init: RequestInit = {}) =>
  fetch(`${host.url}/api/${path}`, { signal: AbortSignal.timeout(5000), ...init });
afterEach(async () => {
  await call("release", { method: "POST" });
});
afterAll(() => host.stop());

const line = (method: string, path: string, more = "") =>
  `${method} /api/${path} HTTP/1.1\r\nHost: localhost\r\n${more}\r\n`;
const sized = "Content-Length: 100000\r\n";
const requests: AbortableRequests = {
  get: line("GET", "cookies"),
  head: line("HEAD", "cookies"),
  wait: line("GET", "hold"),
  refused: `${line("POST", "refuse", sized)}half`,
  halfSent: `${line("POST", "length", sized)}half`,
  form:
    line("POST", "form", `${sized}Content-Type: multipart/form-data; boundary=x\r\n`) +
    '--x\r\nContent-Disposition: form-data; name="a"\r\n\r\nhalf',
  download: line("GET", "large"),
};

describe("a client that disconnects", () => {
  // In rounds of as many as the host runs at the same time, so that each of them starts.
  test.each(Object.entries(waysToAbort(requests)))("during %s frees its slot", async (_kind, drop) => {
    await abortRequests(host.url, drop, concurrent + 4, concurrent / 4);
    expect(
      await until(
        () => countLostSlots(host.url, requests.halfSent, outstanding),
        (lost) => lost === 0,
        5000,
      ),
    ).toBe(0);
  });

  test("frees the slots of functions that still run for other requests, which start at once", async () => {
    const begun = () => host.lines.filter((text) => text.includes("Executing 'Functions.hold'")).length;
    const before = begun();
    const held = Array.from({ length: concurrent }, () => rawRequest(host.url, requests.wait));
    await until(begun, (count) => count === before + concurrent, 5000);
    for (const { socket } of held) socket.destroy();
    expect((await call("cookies")).status).toBe(200);
  });
});
