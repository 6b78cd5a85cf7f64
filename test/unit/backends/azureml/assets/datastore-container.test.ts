import { describe, expect, test } from "vitest";
import { datastoreContainer } from "../../../../../shared/backends/azureml/assets/datastore-container.ts";
import { createIsAllowedStorageUrl } from "../../../../../shared/backends/azureml/http/allowed-storage-urls.ts";
import type { AzureMLClient } from "../../../../../shared/backends/azureml/http/azureml-client.ts";

const blob = {
  datastoreType: "AzureBlob",
  accountName: "acct",
  containerName: "c",
  endpoint: "core.windows.net",
  protocol: "https",
};
const isStorage = createIsAllowedStorageUrl(["blob.core.windows.net", "http://127.0.0.1:10000"]);

/** A workspace with one datastore. */
function containerOf(properties: object | undefined, secrets: object = {}) {
  const asked: string[] = [];
  const client = {
    get: async () => (properties === undefined ? undefined : { properties }),
    post: async (path: string) => {
      asked.push(path);
      return secrets;
    },
  } as unknown as AzureMLClient;
  return { asked, container: datastoreContainer({ client, isStorage }, "store", {}) };
}

describe("a datastore is opened", () => {
  test.each([
    ["by its account's key", "AccountKey", { key: "k" }, { account: "acct", accountKey: "k" }],
    ["by its SAS", "Sas", { sasToken: "sig=x" }, { sas: "?sig=x" }],
  ])("%s", async (_how, credentialsType, secrets, access) => {
    const { asked, container } = containerOf({ ...blob, credentials: { credentialsType } }, secrets);
    expect(await container).toEqual({ url: "https://acct.blob.core.windows.net/c", access });
    expect(asked).toEqual(["datastores/store/listSecrets"]);
  });

  test.each([{ credentialsType: "None" }, undefined])(
    "by the app's identity where it has no secret (%j), and no secret is asked for",
    async (credentials) => {
      const { asked, container } = containerOf({ ...blob, credentials });
      expect(await container).toEqual({ url: "https://acct.blob.core.windows.net/c", access: "identity" });
      expect(asked).toEqual([]);
    },
  );

  test("at an emulator, which has its accounts as paths", async () => {
    const { container } = containerOf({ ...blob, endpoint: "127.0.0.1:10000", protocol: "http" });
    expect(await container).toMatchObject({ url: "http://127.0.0.1:10000/acct/c" });
  });
});

describe("no file goes to a datastore", () => {
  test.each([
    ["that is not there", undefined, {}, "datastore_not_found"],
    ["of another type", { ...blob, datastoreType: "AzureFile" }, {}, "unsupported_datastore"],
    [
      "with another kind of secret",
      { ...blob, credentials: { credentialsType: "Certificate" } },
      {},
      "unsupported_datastore",
    ],
    ["at a host that is no storage", { ...blob, endpoint: "evil.example" }, {}, "unavailable"],
    ["whose name makes it another host", { ...blob, accountName: "evil.example/#" }, {}, "unavailable"],
  ])("%s", async (_what, properties, secrets, code) => {
    await expect(containerOf(properties, secrets).container).rejects.toMatchObject({ code });
  });
});
