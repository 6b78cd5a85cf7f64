import { expect, test } from "vitest";
import { loadJob } from "../../../shared/core/job/load-job.ts";
import { currentJob } from "../../../shared/core/records/job-document.ts";
import { submitJob } from "../../../shared/service/jobs/submit-job.ts";
import { azuremlSubmission, recordOf, useAzureMLWorld } from "../../support/azureml.ts";
import { jobReader } from "../../support/job-reader.ts";
import { deliverAll, passTime } from "../../support/memory/pass-time.ts";

test("a job keeps its own services beside those of Azure ML, and its dump loads unchanged", async () => {
  const world = await useAzureMLWorld();
  const services = {
    shell: { type: "ssh", ssh_public_keys: "ssh-rsa A", nodes: "all" },
    board: { type: "tensor_board", log_dir: "logs", port: 6006 },
    own: { type: "custom", properties: { more: "1" } },
  };
  await submitJob(world, azuremlSubmission("iris", { services }));
  await deliverAll(world);
  await passTime(world, 2);
  const job = currentJob(jobReader, await recordOf(world, "iris"), "http://127.0.0.1");
  expect(job.services).toEqual({
    ...services,
    Studio: expect.objectContaining({ type: "Studio" }),
    Tracking: expect.objectContaining({ type: "Tracking" }),
  });
  expect(job.studio_url).toContain("https://ml.azure.com/runs/iris");
  const again = loadJob(job.toYaml());
  expect(again.issues).toBeUndefined();
  expect(again.job?.services).toMatchObject(services);
});
