import { describe, expect, test } from "vitest";
import { createDataPlaneUrl } from "../../../../../shared/backends/azureml/http/data-plane-url.ts";
import type { AzureMLCall } from "../../../../../shared/backends/azureml/http/send.ts";

const workspace = {
  subscriptionId: "s",
  resourceGroup: "g",
  name: "w",
  armUrl: "https://management.azure.com",
  audience: "https://management.azure.com",
  studioUrl: "https://ml.azure.com",
  apiVersion: "2025-12-01",
};

/** A workspace with these addresses. */
function serviceWith(discoveryUrl: unknown, api: unknown) {
  const calls: AzureMLCall[] = [];
  const send = async (call: AzureMLCall) => {
    calls.push(call);
    return { status: 200, body: call.url === discoveryUrl ? { api } : { properties: { discoveryUrl } } };
  };
  return { calls, send };
}

const discovery = "https://westus.api.azureml.ms/discovery";

describe("the address of the data plane", () => {
  test("is requested from the workspace once, and from its discovery document without a token", async () => {
    const { calls, send } = serviceWith(discovery, "https://westus.api.azureml.ms/");
    const find = createDataPlaneUrl(send, workspace);
    expect(await Promise.all([find({}), find({})])).toEqual([
      "https://westus.api.azureml.ms",
      "https://westus.api.azureml.ms",
    ]);
    expect(calls.map(({ anonymous = false }) => anonymous)).toEqual([false, true]);
  });

  test("is the configured one, without a call", async () => {
    const { calls, send } = serviceWith(discovery, "x");
    expect(await createDataPlaneUrl(send, { ...workspace, dataUrl: "https://here.api.azureml.ms" })({})).toBe(
      "https://here.api.azureml.ms",
    );
    expect(calls).toEqual([]);
  });

  test.each([
    [undefined, "https://westus.api.azureml.ms"],
    ["http://westus.api.azureml.ms/discovery", "x"],
    ["https://evil.example/discovery", "x"],
    [discovery, "https://evil.example"],
    [discovery, "https://azureml.ms.evil.example"],
    [discovery, "https://evilazureml.ms"],
    [discovery, "https://user@westus.api.azureml.ms"],
    [discovery, "http://127.0.0.1:80"],
    [discovery, 5],
  ])("is not accepted from discoveryUrl %j with api %j, because tokens are sent there", async (discoveryUrl, api) => {
    const { send } = serviceWith(discoveryUrl, api);
    await expect(createDataPlaneUrl(send, workspace)({})).rejects.toMatchObject({
      code: "unavailable",
      message: expect.stringContaining("JOBS_AZUREML_DATA_URL"),
    });
  });

  test("is found for concurrent callers even if the first of them aborts", async () => {
    const { calls, send } = serviceWith(discovery, "https://westus.api.azureml.ms");
    const find = createDataPlaneUrl(async (call) => {
      call.signal?.throwIfAborted();
      await Promise.resolve();
      call.signal?.throwIfAborted();
      return send(call);
    }, workspace);
    const first = new AbortController();
    const [given, waited] = [find({ signal: first.signal }), find({})];
    first.abort(new Error("gave up"));
    await expect(given).rejects.toThrow("gave up");
    expect(await waited).toBe("https://westus.api.azureml.ms");
    expect(calls).toHaveLength(2);
  });

  test("is requested again after a failure", async () => {
    let fails = true;
    const { send } = serviceWith(discovery, "https://westus.api.azureml.ms");
    const find = createDataPlaneUrl(async (call) => {
      if (fails) throw new Error("No.");
      return send(call);
    }, workspace);
    await expect(find({})).rejects.toThrow("No.");
    fails = false;
    expect(await find({})).toBe("https://westus.api.azureml.ms");
  });
});
