/** A job as the body of its PUT: what it refers to is looked up, uploaded or registered first. */
import type { Bundle } from "../../../bundle/open-bundle.ts";
import { readPipelineFile } from "../../../core/job/types/pipeline/read-pipeline-file.ts";
import { type BackendJob, BackendRefusal } from "../../../core/ports/backend-port.ts";
import type { CallOptions } from "../../../core/ports/ports.ts";
import type { BundleStore } from "../../../core/ports/storage-ports.ts";
import { toJson } from "../../../core/yaml/to-json.ts";
import { bundleData, codeAssetFiles } from "../assets/bundle-files.ts";
import { latestVersion } from "../assets/latest-version.ts";
import { ignoreAlreadyExists, type UploadPorts, uploadCode } from "../assets/upload-code.ts";
import { uploadData } from "../assets/upload-data.ts";
import { withBundle } from "../assets/with-bundle.ts";
import type { JsonObject } from "../http/json.ts";
import { type Workspace, workspaceId } from "../http/workspace.ts";
import type { AssetRequest, AssetResolver } from "../rest/asset-ids/asset-ids.ts";
import { collectAssetRequests } from "../rest/collect-asset-requests.ts";
import { jobToRest } from "../rest/job-to-rest.ts";
import { type BuildJobBody, toBackendRefusal } from "./submit.ts";

interface ToBodyOptions extends UploadPorts {
  readonly workspace: Workspace;
  readonly bundles: BundleStore;
}

export function createBuildJobBody({ workspace, bundles, ...ports }: ToBodyOptions): BuildJobBody {
  const root = workspaceId(workspace);
  return async (job, options) => {
    const make = (bundle: Bundle | undefined) =>
      bodyOf(job, { ...ports, root, bundle, folder: job.bundle_folder ?? "" }, options);
    const sha256 = job.bundle_sha256;
    return sha256 === undefined ? make(undefined) : withBundle(bundles, sha256, make, options);
  };
}

interface BodyPorts extends UploadPorts {
  readonly root: string;
  readonly bundle: Bundle | undefined;
  /** The folder of the bundle that paths start from. */
  readonly folder: string;
}

async function bodyOf({ job, name }: BackendJob, ports: BodyPorts, options: CallOptions): Promise<JsonObject> {
  const answers = new Map<string, string>();
  const id = ({ key }: AssetRequest): string => {
    const answer = answers.get(key);
    if (answer === undefined) throw new Error(`Job ${name} refers to ${key}, which was not looked up.`);
    return answer;
  };
  const pipelineFile = (path: string) => readPipelineFile(path, bundleOf(ports, path), ports.folder);
  const assets: AssetResolver = { workspace: ports.root, pipelineFile, resolve: id };
  for (const request of collectAssetRequests(job, pipelineFile)) {
    const answer = await answerTo(request, assets, ports, options).catch((error: unknown) => {
      throw toBackendRefusal(error, `${request.key}, which job ${name} refers to`);
    });
    answers.set(request.key, answer);
  }
  return { ...jobToRest(job, assets) };
}

async function answerTo(
  request: AssetRequest,
  assets: AssetResolver,
  ports: BodyPorts,
  options: CallOptions,
): Promise<string> {
  const { client, root, folder } = ports;
  switch (request.kind) {
    case "label":
      return `${root}/${request.asset}/${request.name}/versions/${await latestVersion(client, request.asset, request.name, request.label, options)}`;
    case "code":
      return `${root}/${await uploadCode(ports, await codeAssetFiles(bundleOf(ports, request.path), request, folder), options)}`;
    case "data": {
      const { datastore, path } = request;
      return (
        await uploadData(ports, { ...(await bundleData(bundleOf(ports, path), path, folder)), datastore }, options)
      ).uri;
    }
    case "context":
      return (
        await uploadData(
          ports,
          {
            ...(await bundleData(bundleOf(ports, request.path), request.path, folder)),
            datastore: "workspaceblobstore",
          },
          options,
        )
      ).url;
    case "anonymous": {
      const { path: place, properties } = request.toRest(assets);
      await client.put(place, { properties: toJson(properties) }, options).catch(ignoreAlreadyExists);
      return `${root}/${place}`;
    }
  }
}

function bundleOf({ bundle }: BodyPorts, path: string): Bundle {
  if (bundle === undefined)
    throw new BackendRefusal("bundle_not_found", `The job names the local path ${path}, and no bundle came along.`);
  return bundle;
}
