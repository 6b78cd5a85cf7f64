import { expect, test } from "vitest";
import { rawRequest } from "../support/raw-http.ts";
import { send } from "../support/send.ts";
import { useService } from "../support/service-process.ts";

const service = useService();
const head = "POST /api/jobs HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/yaml\r\n";

test.each([
  ["a head that does not end", head],
  ["a body that does not end", `${head}Content-Length: 100\r\n\r\ncommand:`],
])("%s is cut after 30 seconds, though it trickles on, and nothing of it is stored", async (_what, text) => {
  const started = performance.now();
  const slow = rawRequest(service().url, text);
  const trickle = setInterval(() => slow.socket.write("x"), 1000);
  await slow.closed;
  clearInterval(trickle);
  const seconds = (performance.now() - started) / 1000;
  expect([seconds > 29, seconds < 33]).toEqual([true, true]);
  expect(slow.text()).not.toContain("HTTP/1.1 2");
  expect((await send(service().url, "GET /api/jobs")).json()).toEqual({ value: [] });
});
