import type { Job } from "../../../core/job/job.ts";
import type { AssetRequest, AssetResolver } from "./asset-ids/asset-ids.ts";
import { jobToRest } from "./job-to-rest.ts";

/**
 * What has to be looked up, uploaded or registered before a job can be written, each once, and after what it is itself
 * made of. It is what `jobToRest` asks for, so the two cannot differ.
 */
export function collectAssetRequests(job: Job, pipelineFile: AssetResolver["pipelineFile"]): readonly AssetRequest[] {
  const requests = new Map<string, AssetRequest>();
  const assets: AssetResolver = {
    workspace: "",
    pipelineFile,
    resolve(request) {
      if (!requests.has(request.key)) {
        if (request.kind === "anonymous") request.toRest(assets);
        requests.set(request.key, request);
      }
      // Hashes of content are made of ids; any will do here.
      return `https://example.invalid/LocalUpload/${"0".repeat(64)}/${request.key}`;
    },
  };
  jobToRest(job, assets);
  return [...requests.values()];
}
