import fc from "fast-check";
import { expect, test } from "vitest";
import type { AssetRequest, AssetResolver } from "../../shared/backends/azureml/rest/asset-ids/asset-ids.ts";
import { collectAssetRequests } from "../../shared/backends/azureml/rest/collect-asset-requests.ts";
import { jobToRest } from "../../shared/backends/azureml/rest/job-to-rest.ts";
import type { Job } from "../../shared/core/job/job.ts";
import { loadJob } from "../../shared/core/job/load-job.ts";
import { readFlowFile } from "../../shared/core/job/types/pipeline/flows/read-flow-file.ts";
import { readPipelineFile } from "../../shared/core/job/types/pipeline/read-pipeline-file.ts";
import { restToJob } from "../parity/read-back/rest-to-job.ts";
import { anyJobs, files } from "./jobs.ts";

const workspace = "/subscriptions/s/resourceGroups/g/providers/Microsoft.MachineLearningServices/workspaces/w";
const hash = "0".repeat(64);

function answer(request: AssetRequest, assets: AssetResolver): string {
  if (request.kind === "label") return `${workspace}/${request.asset}/n/versions/7`;
  if (request.kind === "code") return `${workspace}/codes/${hash}/versions/1`;
  if (request.kind === "data") return `azureml://datastores/${request.datastore}/paths/LocalUpload/${hash}/x`;
  if (request.kind === "code-url") return "https://a.blob.core.windows.net/c";
  return request.kind === "context"
    ? `https://a.blob.core.windows.net/c/LocalUpload/${hash}/x/`
    : `${workspace}/${request.toRest(assets).path}`;
}

/** The REST body of a job whose assets are all registered. */
function bodyOf(job: Job): Readonly<Record<string, unknown>> {
  const componentFiles = {
    pipelineFile: (path: string) => readPipelineFile(path, files, ""),
    flowFile: (path: string) => readFlowFile(path, files, ""),
  };
  const ids = new Map<string, string>();
  const assets: AssetResolver = {
    workspace,
    ...componentFiles,
    resolve: ({ key }) => ids.get(key) ?? expect.fail(`${key} was not asked for.`),
  };
  for (const request of collectAssetRequests(job, componentFiles)) ids.set(request.key, answer(request, assets));
  return JSON.parse(JSON.stringify(jobToRest(job, assets).properties)) as Record<string, unknown>;
}

/** Fields about the origin of a component, which an id does not have. */
function withoutSource(body: unknown): unknown {
  return JSON.parse(JSON.stringify(body, (key, value: unknown) => (key === "_source" ? undefined : value)));
}

test("the REST body of any valid job is read back as a job with the same body", () => {
  let written = 0;
  fc.assert(
    fc.property(anyJobs, (fields) => {
      const { job } = loadJob(fields, { files });
      if (job === undefined) return;
      const body = bodyOf(job);
      const again = loadJob(restToJob({ id: `${workspace}/jobs/n`, name: "n", properties: body }, workspace), {
        files,
      });
      expect(again.issues).toBeUndefined();
      expect(
        withoutSource(
          bodyOf((again.job as Job).withFields({ display_name: job.display_name ?? null, name: job.name ?? null })),
        ),
      ).toEqual(withoutSource(body));
      written++;
    }),
    { numRuns: 400 },
  );
  expect(written).toBeGreaterThan(50);
});
