/** Builds the body of a job's PUT, after looking up, uploading or registering the assets that the job refers to. */
import type { Bundle } from "../../../bundle/open-bundle.ts";
import { readFlowFile } from "../../../core/job/types/pipeline/flows/read-flow-file.ts";
import { readPipelineFile } from "../../../core/job/types/pipeline/read-pipeline-file.ts";
import { type BackendJob, BackendRefusal } from "../../../core/ports/backend-port.ts";
import type { CallOptions } from "../../../core/ports/ports.ts";
import type { BundleStore } from "../../../core/ports/storage-ports.ts";
import { toJson } from "../../../core/yaml/to-json.ts";
import { bundleData, codeAssetFiles } from "../assets/bundle-files.ts";
import { codeUrl } from "../assets/code-url.ts";
import { latestVersion } from "../assets/latest-version.ts";
import { ignoreAlreadyExists, type UploadPorts, uploadCode } from "../assets/upload-code.ts";
import { type UploadedData, uploadData } from "../assets/upload-data.ts";
import { withBundle } from "../assets/with-bundle.ts";
import type { JsonObject } from "../http/json.ts";
import { toBackendRefusal } from "../http/translate-errors.ts";
import { type Workspace, workspaceId } from "../http/workspace.ts";
import type { AssetRequest, AssetResolver, ComponentFiles } from "../rest/asset-ids/asset-ids.ts";
import { collectAssetRequests } from "../rest/collect-asset-requests.ts";
import { jobToRest } from "../rest/job-to-rest.ts";
import type { BuildJobBody } from "./submit.ts";

interface BuildOptions extends UploadPorts {
  readonly workspace: Workspace;
  readonly bundles: BundleStore;
}

export function createBuildJobBody({ workspace, bundles, ...ports }: BuildOptions): BuildJobBody {
  const root = workspaceId(workspace);
  return async (job, options) => {
    const build = (bundle: Bundle | undefined) =>
      buildBody(job, { ...ports, root, bundle, folder: job.bundle_folder ?? "" }, options);
    const sha256 = job.bundle_sha256;
    return sha256 === undefined ? build(undefined) : withBundle(bundles, sha256, build, options);
  };
}

interface BodyPorts extends UploadPorts {
  /** The ARM id of the workspace. */
  readonly root: string;
  readonly bundle: Bundle | undefined;
  /** The folder of the bundle that local paths are relative to. */
  readonly folder: string;
}

async function buildBody({ job, name }: BackendJob, ports: BodyPorts, options: CallOptions): Promise<JsonObject> {
  const ids = new Map<string, string>();
  const resolve = ({ key }: AssetRequest): string => {
    const id = ids.get(key);
    if (id === undefined) throw new Error(`Job ${name} refers to ${key}, which was not resolved.`);
    return id;
  };
  const files: ComponentFiles = {
    pipelineFile: (path) => readPipelineFile(path, requireBundle(ports, path), ports.folder),
    flowFile: (path) => readFlowFile(path, requireBundle(ports, path), ports.folder),
  };
  const assets: AssetResolver = { workspace: ports.root, ...files, resolve };
  for (const request of collectAssetRequests(job, files)) {
    const id = await resolveAsset(request, assets, ports, options).catch((error: unknown) => {
      throw toBackendRefusal(error, `${request.key}, which job ${name} refers to`);
    });
    ids.set(request.key, id);
  }
  return { ...jobToRest(job, assets) };
}

/** The ARM id, or the address in storage, of a requested asset. */
async function resolveAsset(
  request: AssetRequest,
  assets: AssetResolver,
  ports: BodyPorts,
  options: CallOptions,
): Promise<string> {
  const { client, root, folder } = ports;
  switch (request.kind) {
    case "label": {
      const { asset, name, label } = request;
      return `${root}/${asset}/${name}/versions/${await latestVersion(client, asset, name, label, options)}`;
    }
    case "code": {
      const files = await codeAssetFiles(requireBundle(ports, request.path), request, folder);
      return `${root}/${await uploadCode(ports, files, options)}`;
    }
    case "code-url":
      return codeUrl(client, assets.resolve(request.code).slice(root.length + 1), options);
    case "data":
      return (await uploadFromBundle(request.path, request.datastore, ports, options)).uri;
    case "context":
      return (await uploadFromBundle(request.path, "workspaceblobstore", ports, options)).url;
    case "anonymous": {
      const { path, properties } = request.toRest(assets);
      await client.put(path, { properties: toJson(properties) }, options).catch(ignoreAlreadyExists);
      return `${root}/${path}`;
    }
  }
}

async function uploadFromBundle(
  path: string,
  datastore: string,
  ports: BodyPorts,
  options: CallOptions,
): Promise<UploadedData> {
  const data = await bundleData(requireBundle(ports, path), path, ports.folder);
  return uploadData(ports, { ...data, datastore }, options);
}

function requireBundle({ bundle }: BodyPorts, path: string): Bundle {
  if (bundle === undefined)
    throw new BackendRefusal(
      "bundle_not_found",
      `The job refers to the local path ${path}, but was submitted without files.`,
    );
  return bundle;
}
