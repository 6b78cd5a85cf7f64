import { once } from "node:events";
import { describe, expect, test } from "vitest";
import { jobYaml } from "../support/job-client.ts";
import { type RawConnection, rawRequest } from "../support/raw-http.ts";
import { send } from "../support/send.ts";
import { useService } from "../support/service-process.ts";

const service = useService();
const head =
  "POST /api/jobs?dry_run=true HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: application/yaml\r\n";

/** Sends `part` each second and returns the seconds until the connection is closed. */
async function secondsUntilClosed({ socket, closed }: RawConnection, part: () => string): Promise<number> {
  const started = performance.now();
  const timer = setInterval(() => socket.write(part()), 1000);
  await closed;
  clearInterval(timer);
  return (performance.now() - started) / 1000;
}

describe.concurrent("a client that is slow", () => {
  test("is disconnected after 30 seconds if its headers are incomplete, even if it keeps sending", async ({
    expect,
  }) => {
    const slow = rawRequest(service().url, head);
    const seconds = await secondsUntilClosed(slow, () => "x");
    expect([seconds > 29, seconds < 33]).toEqual([true, true]);
    expect(slow.text()).not.toContain("HTTP/1.1 2");
  });

  test("is disconnected after five seconds if its body is below the minimum rate, and nothing is stored", async ({
    expect,
  }) => {
    const slow = rawRequest(
      service().url,
      `${head.replace("?dry_run=true", "")}Content-Length: 100000\r\n\r\ncommand:`,
    );
    const seconds = await secondsUntilClosed(slow, () => "x");
    expect([seconds > 4, seconds < 9]).toEqual([true, true]);
    expect(slow.text()).not.toContain("HTTP/1.1 2");
    expect((await send(service().url, "GET /api/jobs")).json()).toEqual({ value: [] });
  });

  test("is served if its body keeps the minimum rate for 40 seconds", async ({ expect }) => {
    const job = jobYaml("true");
    const line = `${"#".repeat(999)}\n`;
    const slow = rawRequest(service().url, `${head}Content-Length: ${job.length + 40 * line.length}\r\n\r\n${job}`);
    const seconds = await secondsUntilClosed(slow, () => line);
    expect(seconds).toBeGreaterThan(39);
    expect(slow.text()).toMatch(/^HTTP\/1\.1 200 /);
  });
});

test("serves the next request within five seconds after 400 stalled uploads are closed", async () => {
  const stalled = Array.from({ length: 400 }, () =>
    rawRequest(service().url, `${head}Content-Length: 100000\r\n\r\ncommand:`),
  );
  await Promise.all(stalled.map(({ socket }) => once(socket, "connect")));
  await Promise.race([
    Promise.all(stalled.map(({ closed }) => closed)),
    new Promise((resolve) => setTimeout(resolve, 35_000)),
  ]);
  for (const { socket } of stalled) socket.destroy();
  const started = performance.now();
  expect((await send(service().url, "GET /api/jobs")).status).toBe(200);
  const seconds = (performance.now() - started) / 1000;
  console.log(`After 400 stalled uploads the next call was answered in ${seconds.toFixed(2)} s.`);
  expect(seconds).toBeLessThan(5);
});
