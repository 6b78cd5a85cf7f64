// biome-ignore-all lint/suspicious/noTemplateCurlyInString: Azure ML writes its bindings so
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type ConnectProxy, proxyVariables, startConnectProxy } from "../support/connect-proxy.ts";
import { jobYaml, runToEnd, submit, waitForEnd } from "../support/job-client.ts";
import { dataFolder, removeData, type ServiceProcess, startOn } from "../support/service-process.ts";

let proxy: ConnectProxy;
let service: ServiceProcess;
beforeAll(async () => {
  proxy = await startConnectProxy();
  // With the option of Node too, and without exceptions for this machine.
  const environment = {
    ...Object.fromEntries(proxyVariables.map((name) => [name, proxy.url])),
    NODE_USE_ENV_PROXY: "1",
    NO_PROXY: "",
    no_proxy: "",
  };
  service = await startOn(await dataFolder(), [], { environment });
});
afterAll(async () => {
  await service?.stop();
  if (service !== undefined) await removeData(service.data);
  await proxy?.stop();
});

describe("a service with every proxy variable set", () => {
  test("runs a job without a request to the proxy", async () => {
    expect(await runToEnd(service.url, jobYaml("echo done"))).toMatchObject({ status: "Completed" });
    expect(proxy.requests).toEqual([]);
  });

  test("downloads the inputs of a job through the proxy", async () => {
    const input = "inputs: {file: {type: uri_file, path: https://203.0.114.7/data.csv}}\n";
    const { name } = await submit(service.url, jobYaml("cat ${{inputs.file}}", input));
    expect(await waitForEnd(service.url, name)).toMatchObject({
      status: "Failed",
      error: { message: expect.stringMatching(/the proxy rejected the connection to \S+ with 502/) },
    });
    expect(proxy.requests).toEqual(["CONNECT 203.0.114.7:443"]);
  });
});
