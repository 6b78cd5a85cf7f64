import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { type ConnectProxy, proxyVariables, startConnectProxy } from "../support/connect-proxy.ts";
import { dataFolder, removeData, runProgram } from "../support/service-process.ts";

let proxy: ConnectProxy;
beforeAll(async () => {
  proxy = await startConnectProxy();
});
afterAll(() => proxy.stop());

const settings = [
  ...proxyVariables.map((name) => [name, {}] as const),
  ["HTTPS_PROXY", { NO_PROXY: "localhost" }] as const,
  ["HTTPS_PROXY", { NODE_USE_ENV_PROXY: "1" }] as const,
  ["HTTP_PROXY", { NODE_OPTIONS: "--use-env-proxy" }] as const,
];

test.each(settings)("npm run demo works with %s and %j, and sends no request to the proxy", async (name, more) => {
  const data = await dataFolder();
  onTestFinished(() => removeData(data));
  const demo = runProgram("npm", ["run", "--silent", "demo", "--", "--data", data], { [name]: proxy.url, ...more });
  onTestFinished(() => void demo.child.kill("SIGKILL"));
  expect(await demo.ended, demo.output()).toEqual({ code: 0, signal: null });
  expect(proxy.requests).toEqual([]);
});

test.each(["127.0.0.1:9", "socks5://127.0.0.1:9", "nonsense"])(
  "npm run demo works with HTTPS_PROXY=%s",
  async (value) => {
    const data = await dataFolder();
    onTestFinished(() => removeData(data));
    const demo = runProgram("npm", ["run", "--silent", "demo", "--", "--data", data], { HTTPS_PROXY: value });
    onTestFinished(() => void demo.child.kill("SIGKILL"));
    expect(await demo.ended, demo.output()).toEqual({ code: 0, signal: null });
  },
);
