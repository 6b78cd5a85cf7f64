import { randomUUID } from "node:crypto";
import { expect, test } from "vitest";
import { courses } from "../../../local/azureml-server/courses.ts";
import { loadJob } from "../../../shared/core/job/load-job.ts";
import type { BackendJob } from "../../../shared/core/ports/backend-port.ts";
import type { TokenCredential } from "../../../shared/core/ports/ports.ts";
import { azuremlJob, backendOn, useAzureMLServer } from "../../support/azureml.ts";
import { waitForStatus } from "./observe-job.ts";

function pipelineOf(nodes: number): BackendJob {
  const step = { type: "command", component: "azureml:step:1", compute: "azureml:cpu-cluster" };
  const jobs = Object.fromEntries(
    Array.from({ length: nodes }, (_, index) => [`step_${String(index).padStart(3, "0")}`, step]),
  );
  const { job } = loadJob({ type: "pipeline", name: "p", jobs });
  if (job === undefined) throw new Error("The pipeline is not valid.");
  return { name: "p", submission_id: randomUUID(), job, experiment_name: "Default" };
}

test("child jobs are listed page by page with their known fields", async () => {
  const server = await useAzureMLServer({ speed: 5, courseOf: () => courses.lasts });
  const backend = backendOn(server);
  const job = pipelineOf(230);
  await backend.submit(job);
  await waitForStatus(backend, job, "Running");
  const names: string[] = [];
  let continuation: string | undefined;
  let pages = 0;
  do {
    const page = await backend.children?.(job, { limit: 200, continuation });
    names.push(...(page?.children ?? []).map(({ display_name = "" }) => display_name));
    continuation = page?.continuation;
    pages += 1;
  } while (continuation !== undefined);
  expect([pages, names.length, names[0], names.at(-1)]).toEqual([3, 230, "step_000", "step_229"]);
  expect((await backend.children?.(job, { limit: 1 }))?.children).toEqual([
    { name: "p_step_000", display_name: "step_000", status: "Running", started_at: expect.any(String) },
  ]);
});

test("a pipeline and a job with user identity are sent with a second token, as by the SDK", async () => {
  const server = await useAzureMLServer();
  const asked: (string | string[])[] = [];
  const credential: TokenCredential = {
    async getToken(scopes) {
      asked.push(scopes);
      return { token: `for-${scopes}`, expiresOnTimestamp: Date.now() + 3_600_000 };
    },
  };
  const backend = backendOn(server, { credential });
  const tokens = () =>
    server.takeRequests().flatMap(({ method, headers }) => (method === "PUT" ? [headers["x-azureml-token"]] : []));
  await backend.submit(azuremlJob());
  expect([tokens(), asked]).toEqual([[undefined], [`${server.url}/.default`]]);
  await backend.submit(pipelineOf(1));
  expect(tokens()).toEqual(["for-https://ml.azure.com/.default"]);
  await backend.submit(azuremlJob("succeeds", { identity: { type: "user_identity" } }));
  expect(tokens()).toEqual(["for-https://ml.azure.com/.default"]);
});

test("an unknown job, or one of another submission, has no child jobs", async () => {
  const server = await useAzureMLServer();
  const backend = backendOn(server);
  const job = pipelineOf(1);
  expect(await backend.children?.(job, { limit: 1 })).toBeUndefined();
  await backend.submit(job);
  expect(await backend.children?.({ ...job, submission_id: "another" }, { limit: 1 })).toBeUndefined();
});

test("a continuation that Azure ML rejects is an error of the caller, not an outage", async () => {
  const server = await useAzureMLServer({ speed: 5 });
  const backend = backendOn(server);
  const job = pipelineOf(1);
  await backend.submit(job);
  await expect(backend.children?.(job, { limit: 1, continuation: "q" })).rejects.toMatchObject({
    code: "invalid_query",
    issues: [{ pointer: "/query/continuation" }],
  });
});
