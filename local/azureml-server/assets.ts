/** Environments, codes, components, data and models. */
import { userError } from "./errors.ts";
import { azureTime } from "./job-resource.ts";
import { type JsonObject, json, objectAt, type ReceivedRequest, type Reply, textAt } from "./request-and-reply.ts";
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
  const versions = [...state.assets].filter(([key]) => key.startsWith(`${type}/${name}/`)).map(([, asset]) => asset);
  return versions.sort((a, b) => b.createdAt - a.createdAt);
}

/** Versions, newest first, as with `$orderBy=createdtime desc`. Codes can be searched by their hash. */
export function listVersions(state: ServerState, type: string, name: string, { query }: ReceivedRequest): Reply {
  const hash = query.get("hash");
  const versions = hash === null ? versionsOf(state, type, name) : codesWith(state, hash);
  const top = Number(query.get("$top") ?? versions.length);
  return json(200, { value: versions.slice(0, top).map((asset) => assetResource(state, type, asset)) });
}

/** All code assets with a hash, under any name: each upload of an anonymous asset has a new name. */
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

function notFound(type: string, name: string): Reply {
  return userError(404, `${noun[type]} ${name} not found.`, ["NotFoundError"]);
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
