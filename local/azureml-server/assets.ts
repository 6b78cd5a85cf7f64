/** Environments, codes, components, data and models; computes and datastores; the workspace itself. */
import { randomUUID } from "node:crypto";
import { BlobServiceClient, ContainerSASPermissions } from "@azure/storage-blob";
import { storageClientOptions } from "../host/settings/storage-client-options.ts";
import { gatewayError, userError } from "./errors.ts";
import { azureTime } from "./job-resource.ts";
import {
  empty,
  type JsonObject,
  json,
  objectAt,
  type ReceivedRequest,
  type Reply,
  textAt,
} from "./request-and-reply.ts";
import type { Asset, ServerState } from "./state.ts";

export const assetTypes = ["codes", "environments", "components", "data", "models"] as const;
const noun: Readonly<Record<string, string>> = {
  codes: "Code",
  environments: "Environment",
  components: "Component",
  data: "Data",
  models: "Model",
};

function assetResource(
  { root }: ServerState,
  type: string,
  { name, version, properties, createdAt }: Asset,
): JsonObject {
  return {
    id: `${root}/${type}/${name}/versions/${version}`,
    name: version,
    type: `Microsoft.MachineLearningServices/workspaces/${type}/versions`,
    properties: { description: null, tags: {}, properties: {}, isArchived: false, isAnonymous: false, ...properties },
    systemData: { createdAt: azureTime(createdAt), createdBy: "Jobgate", createdByType: "Application" },
  };
}

function versionsOf(state: ServerState, type: string, name: string): readonly Asset[] {
  const found = [...state.assets].filter(([key]) => key.startsWith(`${type}/${name}/`)).map(([, asset]) => asset);
  return found.sort((a, b) => b.createdAt - a.createdAt);
}

/** Versions from new to old, as with `$orderBy=createdtime desc`. Codes can be searched by their hash. */
export function listVersions(state: ServerState, type: string, name: string, { query }: ReceivedRequest): Reply {
  const hash = query.get("hash");
  const found = hash === null ? versionsOf(state, type, name) : codesWith(state, hash);
  const top = Number(query.get("$top") ?? found.length);
  return json(200, { value: found.slice(0, top).map((asset) => assetResource(state, type, asset)) });
}

/** All codes with a hash, whatever their names: an anonymous one has a new name each time. */
function codesWith(state: ServerState, hash: string): readonly Asset[] {
  return [...state.assets]
    .filter(
      ([key, { properties }]) =>
        key.startsWith("codes/") && textAt(objectAt(properties, "properties"), "hash_sha256") === hash,
    )
    .map(([, asset]) => asset);
}

/** The container of all versions of an asset. */
export function getContainer(state: ServerState, type: string, name: string): Reply {
  const [newest] = versionsOf(state, type, name);
  if (newest === undefined) return notFound(type, name);
  const properties = {
    description: null,
    tags: {},
    properties: {},
    isArchived: false,
    latestVersion: newest.version,
    nextVersion: null,
  };
  return json(200, {
    id: `${state.root}/${type}/${name}`,
    name,
    type: `Microsoft.MachineLearningServices/workspaces/${type}`,
    properties,
  });
}

export function getVersion(state: ServerState, type: string, name: string, version: string): Reply {
  const asset = state.assets.get(`${type}/${name}/${version}`);
  return asset === undefined ? notFound(type, `${name}:${version}`) : json(200, assetResource(state, type, asset));
}

function notFound(type: string, what: string): Reply {
  return userError(404, `${noun[type]} ${what} not found.`, ["NotFoundError"]);
}

/** Creates a version. Repeating it with the same content succeeds; other content is a conflict. */
export function putVersion(
  state: ServerState,
  type: string,
  name: string,
  version: string,
  { body }: ReceivedRequest,
): Reply {
  const properties = objectAt(body, "properties");
  const key = `${type}/${name}/${version}`;
  const existing = state.assets.get(key);
  if (existing === undefined) {
    const asset = { name, version, properties, createdAt: state.now() };
    state.assets.set(key, asset);
    return json(201, assetResource(state, type, asset));
  }
  const contentOf = ({ tags: _tags, description: _description, isArchived: _archived, ...content }: JsonObject) =>
    JSON.stringify(content);
  if (contentOf(existing.properties) !== contentOf(properties)) {
    if (type === "codes") return userError(400, "Asset paths cannot be updated.", ["Immutable"]);
    return userError(409, `${noun[type]} ${name}:${version} already exists with other content.`, ["ResourceConflict"]);
  }
  const updated = { ...existing, properties };
  state.assets.set(key, updated);
  return json(200, assetResource(state, type, updated));
}

/** For a missing compute, the reply is 404 without a body, as from Azure ML. */
export function getCompute({ computes, root }: ServerState, name: string): Reply {
  if (!computes.has(name)) return empty(404);
  const properties = {
    computeType: "AmlCompute",
    provisioningState: "Succeeded",
    properties: { vmSize: "STANDARD_DS3_V2", scaleSettings: { maxNodeCount: 4 } },
  };
  return json(200, {
    id: `${root}/computes/${name}`,
    name,
    type: "Microsoft.MachineLearningServices/workspaces/computes",
    location: "westus",
    properties,
  });
}

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

export function getWorkspace({ root, workspace, workspaceGuid }: ServerState, origin: string): Reply {
  return json(200, {
    id: root,
    name: workspace.name,
    type: "Microsoft.MachineLearningServices/workspaces",
    location: "westus",
    tags: {},
    identity: { type: "SystemAssigned", principalId: workspaceGuid, tenantId: workspaceGuid },
    properties: {
      friendlyName: workspace.name,
      workspaceId: workspaceGuid,
      discoveryUrl: `${origin}/discovery`,
      mlFlowTrackingUri: `azureml://${origin.replace(/^https?:\/\//, "")}/mlflow/v1.0${root}`,
      provisioningState: "Succeeded",
      publicNetworkAccess: "Enabled",
    },
  });
}
