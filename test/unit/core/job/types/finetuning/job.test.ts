import { expect, test } from "vitest";
import { loadJob } from "../../../../../../shared/core/job/load-job.ts";
import { FineTuningJob } from "../../../../../../shared/core/job/types/finetuning/job.ts";

const yaml = `
type: finetuning
task: chat_completion
model_provider: custom
model: {type: mlflow_model, path: 'azureml:m:1'}
training_data: azureml:d:1
validation_data: {path: 'azureml:v:1'}
hyperparameters: {epochs: "1"}
outputs: {o: {type: mlflow_model, name: n}}
queue_settings: {job_tier: Spot}
resources: {instance_types: [a]}
`;

function load(text = yaml): FineTuningJob {
  const { job, issues } = loadJob(text);
  expect(issues).toBeUndefined();
  return job as FineTuningJob;
}

test("a finetuning job has the attributes of its YAML, normalized as in the SDK", () => {
  const job = load();
  expect(job).toBeInstanceOf(FineTuningJob);
  const { type, task, model_provider, model, training_data, validation_data, queue_settings, resources } = job;
  expect({ type, task, model_provider, model, training_data, validation_data, queue_settings, resources }).toEqual({
    type: "finetuning",
    task: "chatCompletion",
    model_provider: "custom",
    model: { type: "mlflow_model", path: "azureml:m:1" },
    training_data: { type: "uri_file", path: "azureml:d:1" },
    validation_data: { type: "uri_folder", path: "azureml:v:1" },
    queue_settings: { job_tier: "spot" },
    resources: { instance_types: ["a"] },
  });
  expect([{ ...job.hyperparameters }, { ...job.outputs }]).toEqual([
    { epochs: "1" },
    { o: { type: "mlflow_model", name: "n" } },
  ]);
});

test("a finetuning job with Azure OpenAI has numeric hyperparameters", () => {
  const job = load(
    [
      "type: finetuning\ntask: chat_completion\nmodel_provider: azure_open_ai",
      "model: {path: 'azureml:m:1'}",
      "hyperparameters: {n_epochs: '3', batch_size: 4}",
    ].join("\n"),
  );
  expect(job.hyperparameters).toEqual({ n_epochs: 3, batch_size: 4 });
  expect(job.outputs).toEqual({});
});

test("a copy of a finetuning job keeps the unchanged fields", () => {
  const job = load().withFields({ display_name: "d" });
  expect([job.display_name, job.task]).toEqual(["d", "chatCompletion"]);
});

test("a local data path without a bundle causes a warning at the path", () => {
  const { warnings } = loadJob(
    "{type: finetuning, task: chat_completion, model_provider: custom, model: {path: ./m}, training_data: ./d}",
  );
  expect(warnings.map(({ code, pointer }) => `${code} ${pointer}`)).toEqual([
    "needs_bundle /model/path",
    "needs_bundle /training_data",
  ]);
});
