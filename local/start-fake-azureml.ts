import { join } from "node:path";
import { startAzureMLServer } from "./azureml-server/server.ts";

export interface FakeAzureML {
  /** Settings with which the service uses the fake. */
  readonly settings: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

/** Starts a fake Azure ML, with its logs in the storage of the service and its jobs in a file of the data folder. */
export async function startFakeAzureML(data: string, connectionString: string): Promise<FakeAzureML> {
  const server = await startAzureMLServer({ storage: { connectionString }, file: join(data, "azureml-server.json") });
  const { subscriptionId, resourceGroup, name } = server.state.workspace;
  const blobEndpoint = /BlobEndpoint=([^;]+)/.exec(connectionString)?.[1] ?? "";
  return {
    settings: {
      JOBS_AZUREML_SUBSCRIPTION_ID: subscriptionId,
      JOBS_AZUREML_RESOURCE_GROUP: resourceGroup,
      JOBS_AZUREML_WORKSPACE: name,
      JOBS_AZUREML_ARM_URL: server.url,
      JOBS_AZUREML_LOG_HOSTS: new URL(blobEndpoint).origin,
    },
    close: () => server.close(),
  };
}
