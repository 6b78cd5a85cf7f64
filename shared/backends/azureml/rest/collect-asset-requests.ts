import type { Job } from "../../../core/job/job.ts";
import type { AssetRequest, AssetResolver, ComponentFiles } from "./asset-ids/asset-ids.ts";
import { jobToRest } from "./job-to-rest.ts";

/**
 * The assets to resolve before the REST body of a job can be built: each once, and after the assets that it refers to
 * itself. The requests are recorded during a trial run of `jobToRest`, so that the two cannot differ.
 */
export function collectAssetRequests(job: Job, files: ComponentFiles): readonly AssetRequest[] {
  const requests = new Map<string, AssetRequest>();
  const assets: AssetResolver = {
    workspace: "",
    ...files,
    resolve(request) {
      if (!requests.has(request.key)) {
        if (request.kind === "anonymous") request.toRest(assets);
        requests.set(request.key, request);
      }
      // Ids are part of hashed content. The results of this run are discarded, so placeholder ids are sufficient.
      return `https://example.invalid/LocalUpload/${"0".repeat(64)}/${request.key}`;
    },
  };
  jobToRest(job, assets);
  return [...requests.values()];
}
