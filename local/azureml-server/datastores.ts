/** Datastores, and containers for uploads, in the storage account of the workspace. */
import { randomUUID } from "node:crypto";
import { BlobServiceClient, ContainerSASPermissions } from "@azure/storage-blob";
import { storageClientOptions } from "../host/settings/storage-client-options.ts";
import { gatewayError, userError } from "./errors.ts";
import { json, type Reply } from "./request-and-reply.ts";
import type { ServerState } from "./state.ts";

/** The storage account of the workspace. */
export interface ServerStorage {
  readonly connectionString: string;
}

const stores: Readonly<Record<string, string>> = {
  workspaceblobstore: "azureml-blobstore",
  workspaceartifactstore: "azureml",
};

export function getDatastore({ root }: ServerState, name: string, storage: ServerStorage | undefined): Reply {
  const containerName = stores[name];
  if (containerName === undefined || storage === undefined) return notFoundStore(name);
  const { accountName, url } = openBlobs(storage);
  const { host, protocol } = new URL(url);
  return json(200, {
    id: `${root}/datastores/${name}`,
    name,
    type: "Microsoft.MachineLearningServices/workspaces/datastores",
    properties: {
      datastoreType: "AzureBlob",
      accountName,
      containerName,
      endpoint: host,
      protocol: protocol.slice(0, -1),
      isDefault: name === "workspaceblobstore",
      credentials: { credentialsType: "AccountKey" },
      description: null,
      tags: null,
      properties: null,
    },
  });
}

export async function listSecrets(name: string, storage: ServerStorage | undefined): Promise<Reply> {
  const containerName = stores[name];
  if (containerName === undefined || storage === undefined) return notFoundStore(name);
  await openBlobs(storage).getContainerClient(containerName).createIfNotExists();
  return json(200, { secretsType: "AccountKey", key: /AccountKey=([^;]+)/.exec(storage.connectionString)?.[1] });
}

function notFoundStore(name: string): Reply {
  return userError(404, `Datastore ${name} not found.`, ["NotFoundError"]);
}

const openBlobs = ({ connectionString }: ServerStorage) =>
  BlobServiceClient.fromConnectionString(connectionString, storageClientOptions({ connectionString }));

/** Creates a container for one upload, and returns a signed URL that can write to it. */
export async function startPendingUpload(storage: ServerStorage | undefined, now: number): Promise<Reply> {
  if (storage === undefined) return gatewayError(503, "ServiceUnavailable", "This server was started without storage.");
  const pendingUploadId = randomUUID();
  const sasUri = await signedContainer(storage, pendingUploadId, now);
  return json(200, {
    pendingUploadId,
    pendingUploadType: "TemporaryBlobReference",
    blobReferenceForConsumption: {
      blobUri: sasUri.split("?")[0],
      storageAccountArmId:
        "/subscriptions/none/resourceGroups/none/providers/Microsoft.Storage/storageAccounts/devstoreaccount1",
      credential: { credentialType: "SAS", sasUri },
    },
  });
}

async function signedContainer({ connectionString }: ServerStorage, name: string, now: number): Promise<string> {
  const container = openBlobs({ connectionString }).getContainerClient(name);
  await container.createIfNotExists();
  return container.generateSasUrl({
    startsOn: new Date(now - 10 * 60_000),
    expiresOn: new Date(now + 3_600_000),
    permissions: ContainerSASPermissions.from({
      read: true,
      write: true,
      create: true,
      add: true,
      list: true,
      delete: true,
    }),
  });
}
