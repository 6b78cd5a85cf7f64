import { describe, expect, test } from "vitest";
import { readConfig } from "../../../shared/config/config.ts";

const key = "a2V5LWtleS1rZXk=";
const account = `DefaultEndpointsProtocol=https;AccountName=acct;AccountKey=${key};EndpointSuffix=core.windows.net`;
const good = {
  AZURE_FUNCTIONS_ENVIRONMENT: "Development",
  AzureWebJobsStorage: "UseDevelopmentStorage=true",
  JOBS_POLL_SCHEDULE: "*/2 * * * * *",
  JOBS_HEAL_SCHEDULE: "0 * * * * *",
  JOBS_INBOX_SCHEDULE: "0 */5 * * * *",
};

/** The message of the error that these settings cause; "" if they are accepted. */
function errorFor(settings: Readonly<Record<string, string | undefined>>): string {
  try {
    readConfig({ ...good, ...settings });
    return "";
  } catch (error) {
    return (error as Error).message;
  }
}

describe("settings", () => {
  test("have defaults", () => {
    expect(readConfig(good)).toMatchObject({
      auth: "key",
      backend: "local",
      storageTimeoutMs: 2500,
      publicUrl: "http://localhost:7071",
      pollMaxSeconds: 60,
    });
  });

  test("have their defaults if their values are empty", () => {
    expect(readConfig({ ...good, JOBS_AUTH: "", JOBS_PUBLIC_URL: "", JOBS_STORAGE_TIMEOUT_MS: "" })).toMatchObject({
      auth: "key",
      storageTimeoutMs: 2500,
    });
  });

  test("are all reported in one error if several are wrong", () => {
    const message = errorFor({
      JOBS_AUTH: "maybe",
      JOBS_STORAGE_TIMEOUT_MS: "soon",
      JOBS_POLL_SCHEDULE: undefined,
      AzureWebJobsStorage: undefined,
    });
    expect(message).toContain("4 settings are invalid");
    for (const name of ["JOBS_AUTH", "JOBS_STORAGE_TIMEOUT_MS", "JOBS_POLL_SCHEDULE", "AzureWebJobsStorage"])
      expect(message).toContain(`- ${name}:`);
    expect(message).toMatch(/JOBS_STORAGE_TIMEOUT_MS: must be a whole number from 1 to \d+\./);
  });

  test.each([
    [{ JOBS_AUTH: "none" }, "JOBS_AUTH"],
    [{ JOBS_BACKEND: "local" }, "JOBS_BACKEND"],
  ])("are rejected outside Development if they contain %j", (settings, name) => {
    expect(errorFor({ ...settings, AZURE_FUNCTIONS_ENVIRONMENT: "Production" })).toContain(`- ${name}:`);
    expect(errorFor(settings)).toBe("");
  });

  test("stop the start in Development if a name is misspelt, and cause one warning elsewhere", () => {
    const wrong = { JOBS_POL_MIN_SECONDS: "3", jobs_auth: "none" };
    expect(errorFor(wrong)).toContain(
      "- JOBS_POL_MIN_SECONDS: is not a setting; did you mean JOBS_POLL_MIN_SECONDS?\n- jobs_auth: is not a setting;",
    );
    const inAzure = { ...good, ...wrong, AZURE_FUNCTIONS_ENVIRONMENT: "Production", JOBS_BACKEND: "azureml" };
    const workspace = {
      JOBS_AZUREML_SUBSCRIPTION_ID: "00000000-0000-0000-0000-000000000001",
      JOBS_AZUREML_RESOURCE_GROUP: "rg",
      JOBS_AZUREML_WORKSPACE: "mine",
    };
    expect(readConfig({ ...inAzure, ...workspace }).warnings).toEqual([
      "Settings without effect: JOBS_POL_MIN_SECONDS: is not a setting; did you mean JOBS_POLL_MIN_SECONDS? " +
        "jobs_auth: is not a setting; did you mean JOBS_AUTH?",
    ]);
    expect(readConfig(good).warnings).toEqual([]);
  });

  test.each([
    ["JOBS_PUBLIC_URL", "ftp://a"],
    ["JOBS_POLL_SCHEDULE", "often"],
    ["JOBS_POLL_SCHEDULE", "* * *"],
    ["JOBS_HEAL_SCHEDULE", "@hourly"],
    ["JOBS_STORAGE_TIMEOUT_MS", "0"],
    ["JOBS_STORAGE_TIMEOUT_MS", "1.5"],
    ["JOBS_LOG_URL_MINUTES", "1441"],
    ["JOBS_MAX_BODY_BYTES", "-1"],
    ["JOBS_DATA_DIR", "/tmp/my jobs"],
    ["JOBS_DATA_DIR", "/tmp/$HOME"],
  ])("are rejected with %s=%j", (name, value) => {
    expect(errorFor({ [name]: value })).toContain(`- ${name}:`);
  });

  test.each(["*/2 * * * * *", "0 5/15 8-18 * * MON-FRI", "*/5 * * * *", "00:00:15", "1.00:00:00"])(
    "accept the schedule %s",
    (schedule) => {
      expect(errorFor({ JOBS_POLL_SCHEDULE: schedule, JOBS_HEAL_SCHEDULE: schedule })).toBe("");
    },
  );

  test("are rejected with a data folder that needs quotes, and the error names the option --data", () => {
    expect(errorFor({ JOBS_DATA_DIR: "/tmp/my jobs" })).toMatch(/"\/tmp\/my jobs".*--data/);
  });

  test("are rejected if the longest poll interval is shorter than the shortest", () => {
    expect(errorFor({ JOBS_POLL_MIN_SECONDS: "30", JOBS_POLL_MAX_SECONDS: "10" })).toContain("JOBS_POLL_MAX_SECONDS");
  });

  test.each([
    ["example.net", "https://example.net"],
    ["localhost:7071", "http://localhost:7071"],
    ["127.0.0.1:9", "http://127.0.0.1:9"],
    ["127.1.2.3:9", "http://127.1.2.3:9"],
    ["localhost.example.net", "https://localhost.example.net"],
  ])("make the public URL of host %s %s", (WEBSITE_HOSTNAME, publicUrl) => {
    expect(readConfig({ ...good, WEBSITE_HOSTNAME })).toMatchObject({ publicUrl });
  });
});

describe("Azure ML settings", () => {
  const workspace = {
    JOBS_BACKEND: "azureml",
    JOBS_AZUREML_SUBSCRIPTION_ID: "00000000-0000-0000-0000-000000000001",
    JOBS_AZUREML_RESOURCE_GROUP: "rg",
    JOBS_AZUREML_WORKSPACE: "mine",
  };

  test("have defaults for the public cloud, and are accepted outside Development", () => {
    expect(readConfig({ ...good, ...workspace, AZURE_FUNCTIONS_ENVIRONMENT: "Production" }).azureml).toEqual({
      subscriptionId: "00000000-0000-0000-0000-000000000001",
      resourceGroup: "rg",
      workspace: "mine",
      armUrl: "https://management.azure.com",
      audience: "https://management.azure.com",
      studioUrl: "https://ml.azure.com",
      apiVersion: "2025-12-01",
      logHosts: ["blob.core.windows.net"],
      batch: false,
      timeoutMs: 10_000,
    });
  });

  test("accept the URLs of a sovereign cloud", () => {
    const cloud = {
      JOBS_AZUREML_ARM_URL: "https://management.usgovcloudapi.net/",
      JOBS_AZUREML_DATA_URL: "https://usgovvirginia.api.azureml.us",
      JOBS_AZUREML_LOG_HOSTS: "blob.core.usgovcloudapi.net,blob.storage.azure.net",
      JOBS_AZUREML_CLIENT_ID: "id",
    };
    expect(readConfig({ ...good, ...workspace, ...cloud }).azureml).toMatchObject({
      armUrl: "https://management.usgovcloudapi.net",
      audience: "https://management.usgovcloudapi.net",
      dataUrl: "https://usgovvirginia.api.azureml.us",
      logHosts: ["blob.core.usgovcloudapi.net", "blob.storage.azure.net"],
      clientId: "id",
    });
  });

  test("are not required by the local backend", () => {
    expect(readConfig(good).azureml).toBeUndefined();
  });

  test("are rejected if a part of the workspace's name is missing", () => {
    const message = errorFor({ JOBS_BACKEND: "azureml" });
    for (const name of ["SUBSCRIPTION_ID", "RESOURCE_GROUP", "WORKSPACE"])
      expect(message).toContain(`- JOBS_AZUREML_${name}: is missing`);
  });

  test.each([
    ["JOBS_BACKEND", "azure"],
    ["JOBS_AZUREML_SUBSCRIPTION_ID", "mine"],
    ["JOBS_AZUREML_RESOURCE_GROUP", "a/b"],
    ["JOBS_AZUREML_WORKSPACE", "../x"],
    ["JOBS_AZUREML_ARM_URL", "http://management.azure.com"],
    ["JOBS_AZUREML_ARM_URL", "https://management.azure.com/x"],
    ["JOBS_AZUREML_ARM_URL", "https://user@management.azure.com"],
    ["JOBS_AZUREML_DATA_URL", "http://10.0.0.1"],
    ["JOBS_AZUREML_AUDIENCE", "azure"],
    ["JOBS_AZUREML_API_VERSION", "latest"],
    ["JOBS_AZUREML_LOG_HOSTS", "*.windows.net"],
    ["JOBS_AZUREML_LOG_HOSTS", "https://acct.blob.core.windows.net"],
    ["JOBS_AZUREML_LOG_HOSTS", "http://10.0.0.1:80"],
    ["JOBS_AZUREML_LOG_HOSTS", "net"],
    ["JOBS_AZUREML_TIMEOUT_MS", "0"],
  ])("are rejected with %s=%j", (name, value) => {
    expect(errorFor({ ...workspace, [name]: value })).toContain(`- ${name}:`);
  });

  test("accept http URLs of this machine", () => {
    expect(
      errorFor({
        ...workspace,
        JOBS_AZUREML_ARM_URL: "http://127.0.0.1:8080",
        JOBS_AZUREML_LOG_HOSTS: "http://127.0.0.1:10000",
      }),
    ).toBe("");
  });
});

describe("the storage connection", () => {
  test.each([
    "UseDevelopmentStorage=true",
    account,
    `${account};BlobEndpoint=http://127.0.0.1:1/a`,
    `DefaultEndpointsProtocol=http;AccountName=a;AccountKey=${key};` +
      "BlobEndpoint=http://h/a;QueueEndpoint=http://h/a;TableEndpoint=http://h/a;",
    "BlobEndpoint=https://b;QueueEndpoint=https://q;TableEndpoint=https://t;SharedAccessSignature=sv=1&sig=abc%3D",
  ])("accepts connection string %#", (AzureWebJobsStorage) => {
    expect(readConfig({ ...good, AzureWebJobsStorage }).storage).toEqual({ connectionString: AzureWebJobsStorage });
  });

  test.each([
    "hello",
    `AccountKey=${key}`,
    `AccountName=acct;AccountKey=${key}`,
    `DefaultEndpointsProtocol=https;AccountName=acct;AccountKey=${key}`,
    `DefaultEndpointsProtocol=https;AccountName=acct;AccountKey=${key};EndpointSuffix=x;BlobEndpoint=nowhere`,
    `BlobEndpoint=https://b;SharedAccessSignature=sig=${key}`,
  ])("rejects connection string %# with an error that does not contain its key", (AzureWebJobsStorage) => {
    const message = errorFor({ AzureWebJobsStorage });
    expect(message).toContain("- AzureWebJobsStorage:");
    expect(message).not.toContain(key);
  });

  const identity = { AzureWebJobsStorage: undefined };
  test("accepts an account name, for use with an identity", () => {
    expect(
      readConfig({ ...good, ...identity, AzureWebJobsStorage__accountName: "acct", AzureWebJobsStorage__clientId: "" })
        .storage,
    ).toEqual({
      blobUri: "https://acct.blob.core.windows.net",
      queueUri: "https://acct.queue.core.windows.net",
      tableUri: "https://acct.table.core.windows.net",
    });
  });

  test("accepts the URIs of the services, for use with an identity", () => {
    const uris = {
      AzureWebJobsStorage__blobServiceUri: "https://b",
      AzureWebJobsStorage__queueServiceUri: "https://q",
      AzureWebJobsStorage__tableServiceUri: "https://t",
    };
    const storage = { blobUri: "https://b", queueUri: "https://q", tableUri: "https://t", clientId: "id" };
    expect(readConfig({ ...good, ...identity, ...uris, AzureWebJobsStorage__clientId: "id" }).storage).toEqual(storage);
  });

  test.each([
    [{ AzureWebJobsStorage__accountName: "evil.example/#" }, "AzureWebJobsStorage__accountName"],
    [
      { AzureWebJobsStorage__accountName: "acct", AzureWebJobsStorage__blobServiceUri: "http://acct.example" },
      "AzureWebJobsStorage__blobServiceUri",
    ],
    [{ AzureWebJobsStorage__blobServiceUri: "https://b" }, "AzureWebJobsStorage:"],
  ])("rejects %j", (settings, name) => {
    expect(errorFor({ ...identity, ...settings })).toContain(name);
  });
});
