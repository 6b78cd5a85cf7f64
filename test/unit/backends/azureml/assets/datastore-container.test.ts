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
const isAllowedUrl = createIsAllowedStorageUrl(["blob.core.windows.net", "http://127.0.0.1:10000"]);

/** The container of the only datastore of a workspace. */
function containerOf(properties: object | undefined, secrets: object = {}) {
  const asked: string[] = [];
  const client = {
    get: async () => (properties === undefined ? undefined : { properties }),
    post: async (path: string) => {
      asked.push(path);
      return secrets;
    },
  } as unknown as AzureMLClient;
  return { asked, container: datastoreContainer({ client, isAllowedUrl }, "store", {}) };
}

describe("the container of a datastore is accessed", () => {
  test.each([
    ["with the key of its account", "AccountKey", { key: "k" }, { account: "acct", accountKey: "k" }],
    ["with its SAS", "Sas", { sasToken: "sig=x" }, { sas: "?sig=x" }],
  ])("%s", async (_how, credentialsType, secrets, access) => {
    const { asked, container } = containerOf({ ...blob, credentials: { credentialsType } }, secrets);
    expect(await container).toEqual({ url: "https://acct.blob.core.windows.net/c", access });
    expect(asked).toEqual(["datastores/store/listSecrets"]);
  });

  test.each([{ credentialsType: "None" }, undefined])(
    "with the app's identity if it has no secret (%j), and no secret is requested",
    async (credentials) => {
      const { asked, container } = containerOf({ ...blob, credentials });
      expect(await container).toEqual({ url: "https://acct.blob.core.windows.net/c", access: "identity" });
      expect(asked).toEqual([]);
    },
  );

  test("at an emulator, where the account is a part of the path", async () => {
    const { container } = containerOf({ ...blob, endpoint: "127.0.0.1:10000", protocol: "http" });
    expect(await container).toMatchObject({ url: "http://127.0.0.1:10000/acct/c" });
  });
});

describe("no file is uploaded to a datastore", () => {
  test.each([
    ["that does not exist", undefined, {}, "datastore_not_found"],
    ["of another type", { ...blob, datastoreType: "AzureFile" }, {}, "unsupported_datastore"],
    [
      "with credentials of an unsupported type",
      { ...blob, credentials: { credentialsType: "Certificate" } },
      {},
      "unsupported_datastore",
    ],
    ["at a host that is not allowed", { ...blob, endpoint: "evil.example" }, {}, "unavailable"],
    ["whose account name changes the host", { ...blob, accountName: "evil.example/#" }, {}, "unavailable"],
  ])("%s", async (_what, properties, secrets, code) => {
    await expect(containerOf(properties, secrets).container).rejects.toMatchObject({ code });
  });
});
