import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, onTestFinished, test, vi } from "vitest";
import { sendOnce } from "../../../../../shared/backends/azureml/http/send-once.ts";
import { startConnectProxy } from "../../../../support/connect-proxy.ts";

afterEach(() => vi.unstubAllEnvs());

const get = (url: string) => sendOnce({ method: "GET", url, headers: {}, signal: AbortSignal.timeout(10_000) });

test("uses the proxy of the environment, except for the hosts in NO_PROXY and for this machine", async () => {
  const proxy = await startConnectProxy();
  const server = createServer((_request, response) => response.end("{}"));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(async () => {
    server.closeAllConnections();
    server.close();
    await proxy.stop();
  });
  vi.stubEnv("HTTPS_PROXY", proxy.url);
  expect(await get(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`)).toMatchObject({ status: 200 });
  expect(proxy.requests).toEqual([]);
  await get("https://management.azure.invalid/").catch(() => undefined);
  expect(proxy.requests).toEqual(["CONNECT management.azure.invalid:443"]);
  vi.stubEnv("NO_PROXY", "azure.invalid");
  await expect(get("https://management.azure.invalid/")).rejects.toThrow(/ENOTFOUND|EAI_AGAIN/);
  expect(proxy.requests).toHaveLength(1);
});
