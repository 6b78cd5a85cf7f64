/** A job as the body of its PUT: what it refers to is looked up, uploaded or registered first. */
import type { Bundle } from "../../../bundle/open-bundle.ts";
import { readPipelineFile } from "../../../core/job/types/pipeline/read-pipeline-file.ts";
import { type BackendJob, BackendRefusal } from "../../../core/ports/backend-port.ts";
import type { CallOptions } from "../../../core/ports/ports.ts";
import type { BundleStore } from "../../../core/ports/storage-ports.ts";
import { toJson } from "../../../core/yaml/to-json.ts";
import { codeOf, dataOf } from "../assets/bundle-assets.ts";
import { latestVersion } from "../assets/latest-version.ts";
import { type UploadPorts, unlessThere, uploadCode } from "../assets/upload-code.ts";
import { uploadData } from "../assets/upload-data.ts";
import { withBundle } from "../assets/with-bundle.ts";
import type { JsonObject } from "../http/json.ts";
import { type Workspace, workspaceId } from "../http/workspace.ts";
import { jobToRest } from "../rest/job-to-rest.ts";
import type { AssetNames, AssetRequest } from "../rest/names/asset-names.ts";
import { assetsOf } from "../rest/names/assets-of.ts";
import { asRefusal, type ToBody } from "./submit.ts";

interface ToBodyOptions extends UploadPorts {
  readonly workspace: Workspace;
  readonly bundles: BundleStore;
}

export function createToBody({ workspace, bundles, ...ports }: ToBodyOptions): ToBody {
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
  const assets: AssetNames = { workspace: ports.root, pipelineFile, id };
  for (const request of assetsOf(job, pipelineFile)) {
    const answer = await answerTo(request, assets, ports, options).catch((error: unknown) => {
      throw asRefusal(error, `${request.key}, which job ${name} refers to`);
    });
    answers.set(request.key, answer);
  }
  return { ...jobToRest(job, assets) };
}

async function answerTo(
  request: AssetRequest,
  assets: AssetNames,
  ports: BodyPorts,
  options: CallOptions,
): Promise<string> {
  const { client, root, folder } = ports;
  switch (request.kind) {
    case "label":
      return `${root}/${request.asset}/${request.name}/versions/${await latestVersion(client, request.asset, request.name, request.label, options)}`;
    case "code":
      return `${root}/${await uploadCode(ports, await codeOf(bundleOf(ports, request.path), request, folder), options)}`;
    case "data": {
      const { datastore, path } = request;
      return (await uploadData(ports, { ...(await dataOf(bundleOf(ports, path), path, folder)), datastore }, options))
        .uri;
    }
    case "context":
      return (
        await uploadData(
          ports,
          { ...(await dataOf(bundleOf(ports, request.path), request.path, folder)), datastore: "workspaceblobstore" },
          options,
        )
      ).url;
    case "anonymous": {
      const { place, properties } = request.toRest(assets);
      await client.put(place, { properties: toJson(properties) }, options).catch(unlessThere);
      return `${root}/${place}`;
    }
  }
}

function bundleOf({ bundle }: BodyPorts, path: string): Bundle {
  if (bundle === undefined)
    throw new BackendRefusal("bundle_not_found", `The job names the local path ${path}, and no bundle came along.`);
  return bundle;
}
