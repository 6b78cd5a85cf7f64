import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { waitUntilReady } from "../../../local/wait-until-ready.ts";

/** A service whose readiness says this, one after the other. */
async function serve(...answers: readonly object[]): Promise<string> {
  const left = [...answers];
  const server = createServer((_request, response) =>
    response.writeHead(503).end(JSON.stringify(left.length > 1 ? left.shift() : left[0])),
  );
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
const says = (storage: string, backend = "pass") => ({
  checks: { storage: { status: storage }, backend: { status: backend } },
});

test("resolves once storage is reachable", async () => {
  const warnings: string[] = [];
  await waitUntilReady(await serve(says("fail"), says("fail"), says("pass")), (text) => warnings.push(text));
  expect(warnings).toEqual([]);
});

test("warns if the backend is unreachable, and resolves", async () => {
  const warnings: string[] = [];
  await waitUntilReady(await serve(says("pass", "fail")), (text) => warnings.push(text));
  expect(warnings).toEqual([expect.stringContaining("The backend cannot be reached yet, so jobs stay queued.")]);
});

test("throws with the readiness response if storage is unreachable", async () => {
  await expect(waitUntilReady(await serve(says("fail")), () => undefined, 300)).rejects.toThrow(
    'The service was stopped because it cannot reach its storage. /api/health/ready returned: {"checks":{"storage":{"status":"fail"},"backend":{"status":"pass"}}}',
  );
  await expect(waitUntilReady("http://127.0.0.1:1", () => undefined, 300)).rejects.toThrow("ECONNREFUSED");
});
