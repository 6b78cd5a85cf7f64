// Reasons of Azure ML that the service cannot find itself end up in the job.
import { expect, test } from "vitest";
import { BackendRefusal } from "../../../shared/core/ports/backend-port.ts";
import { submitJob } from "../../../shared/service/jobs/submit-job.ts";
import {
  azuremlJob,
  azuremlSubmission,
  backendOn,
  recordOf,
  useAzureMLServer,
  useAzureMLWorld,
} from "../../support/azureml.ts";
import { deliverAll } from "../../support/memory/pass-time.ts";

test("a job that Azure ML refuses fails with the reason of Azure ML in its error", async () => {
  const world = await useAzureMLWorld();
  const componentSpec = { type: "command", command: "echo", environment: "azureml:e:1", inputs: { data: {} } };
  const component = { name: "train", version: "1", properties: { componentSpec }, createdAt: 0 };
  world.server.state.assets.set("components/train/1", component);
  const pipeline = {
    type: "pipeline",
    command: undefined,
    environment: undefined,
    settings: { default_compute: "azureml:cpu" },
    jobs: { fit: { type: "command", component: "azureml:train:1" } },
  };
  await submitJob(world, azuremlSubmission("refused", pipeline));
  await deliverAll(world);
  expect(await recordOf(world, "refused")).toMatchObject({
    status: "Failed",
    error: { message: expect.stringContaining("The input data of the node fit is required by its component.") },
  });
  expect(world.server.state.jobs.size).toBe(0);
});

test("the refusal of a job has the code of Azure ML", async () => {
  const backend = backendOn(await useAzureMLServer());
  const job = azuremlJob("succeeds", { experiment_name: "feature/x" });
  const error = await backend.submit(job).catch((reason: Error) => reason);
  expect(error).toBeInstanceOf(BackendRefusal);
  expect(error).toMatchObject({ code: "UserError", message: 'The experiment name "feature/x" is not valid.' });
});
