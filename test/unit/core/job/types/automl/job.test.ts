import { describe, expect, test } from "vitest";
import { loadJob } from "../../../../../../shared/core/job/load-job.ts";
import { type JsonSchema, jsonSchema } from "../../../../../../shared/core/job/schema/json-schema.ts";
import { AutoMLJob } from "../../../../../../shared/core/job/types/automl/job.ts";
import { automlJobFields, automlNodeFields } from "../../../../../../shared/core/job/types/automl/tasks.ts";
import { toFloat } from "../../../../../../shared/core/yaml/value.ts";

const table = `
type: automl
task: classification
name: a1
target_column_name: y
training_data: {type: MLTable, path: 'azureml:train:1'}
validation_data: {path: 'azureml:validation:1'}
test_data: {type: mltable, path: 'azureml:test:1', mode: Direct}
primary_metric: AUCWeighted
log_verbosity: Debug
limits: {max_trials: 3, exit_score: 1}
featurization: {}
training: {allowed_training_algorithms: [LightGBM]}
environment_variables: {A: b}
outputs: {best_model: {type: mlflow_model}}
resources: {instance_count: 2}
queue_settings: {job_tier: Spot}
identity: {type: managed}
compute: cpu
`;

function load(text: string): AutoMLJob {
  const { job, issues } = loadJob(text);
  expect(issues).toBeUndefined();
  return job as AutoMLJob;
}

test("an automl job for tables has the attributes of its YAML, normalized as in the SDK", () => {
  const job = load(table);
  expect(job).toBeInstanceOf(AutoMLJob);
  expect(job).toMatchObject({
    type: "automl",
    fields: { task: "classification" },
    primary_metric: "auc_weighted",
    log_verbosity: "debug",
    target_column_name: "y",
    training_data: { type: "mltable", path: "azureml:train:1" },
    validation_data: { path: "azureml:validation:1" },
    test_data: { type: "mltable", path: "azureml:test:1", mode: "direct" },
    limits: { max_trials: 3, exit_score: toFloat(1) },
    featurization: { mode: "auto" },
    training: { allowed_training_algorithms: ["light_gbm"] },
    environment_variables: { A: "b" },
    outputs: { best_model: { type: "mlflow_model" } },
    resources: { instance_count: 2, properties: {} },
    queue_settings: { job_tier: "spot" },
    identity: { type: "managed_identity" },
    compute: "azureml:cpu",
  });
  expect([job.fields.forecasting, job.sweep, job.training_parameters, job.search_space]).toEqual([
    undefined,
    undefined,
    undefined,
    undefined,
  ]);
});

test("a forecasting job has the settings of its YAML", () => {
  const job = load(
    [
      "type: automl\ntask: forecasting\ntarget_column_name: y",
      "training_data: {path: 'azureml:d:1'}",
      "forecasting: {time_column_name: t, forecast_horizon: AUTO}",
    ].join("\n"),
  );
  expect(job.fields.forecasting).toEqual({ time_column_name: "t", forecast_horizon: "auto" });
});

test("an automl job for images has a sweep, training parameters and a search space", () => {
  const job = load(`
type: automl
task: image_classification
target_column_name: label
training_data: {path: 'azureml:d:1'}
sweep: {sampling_algorithm: Random}
training_parameters: {optimizer: Adamw}
search_space: [{random_seed: {type: choice, values: [1, 2]}}]
`);
  expect(job.sweep).toEqual({ sampling_algorithm: "random" });
  expect(job.training_parameters).toEqual({ optimizer: "adamw" });
  expect(job.search_space).toEqual([{ random_seed: { type: "choice", values: [1, 2] } }]);
  expect(job.limits).toEqual({});
});

test("an automl job has the SDK's defaults for omitted fields", () => {
  const job = load("type: automl\ntask: text_ner\ntraining_data: {path: 'azureml:d:1'}");
  expect(job).toMatchObject({
    primary_metric: "accuracy",
    log_verbosity: "info",
    limits: { max_nodes: 1, max_trials: 1 },
  });
  expect([job.outputs, job.environment_variables]).toEqual([{}, {}]);
});

test("a copy of an automl job is an AutoMLJob with the changed fields", () => {
  const copy = load(table).withFields({ display_name: "new" });
  expect(copy).toBeInstanceOf(AutoMLJob);
  expect(copy.toYaml()).toContain("display_name: new\n");
});

test.each(["id", "status", "creation_context", "log_files"])("an automl node may have %s without a value", (field) => {
  const node = "type: automl, task: classification, target_column_name: y, training_data: {path: 'azureml:d:1'}";
  const pipeline = (name: string) => `type: pipeline\ncompute: azureml:cpu\njobs: {a: {${node}, ${name}: }}\n`;
  expect(loadJob(pipeline(field)).issues).toBeUndefined();
  expect(loadJob(pipeline("parameters")).issues).toMatchObject([{ code: "unknown_field" }]);
});

describe("the JSON Schema", () => {
  const ofTask = (schema: JsonSchema, task: string) =>
    (
      schema.allOf as {
        if: { properties: { task: unknown } };
        then: { properties: Record<string, JsonSchema>; required: string[] };
      }[]
    ).find((each) => JSON.stringify(each.if.properties.task).includes(`"${task}"`))?.then;

  test("the JSON Schema of automl jobs has the required fields of each task", () => {
    expect(jsonSchema(automlJobFields).allOf).toHaveLength(10);
    expect(ofTask(jsonSchema(automlJobFields), "regression")?.required.toSorted()).toEqual([
      "target_column_name",
      "task",
      "training_data",
    ]);
    expect(ofTask(jsonSchema(automlJobFields), "text_ner")?.required).toEqual(["task"]);
  });

  test("the JSON Schema of automl jobs describes the values of each section", () => {
    const image = ofTask(jsonSchema(automlJobFields), "image_classification")?.properties;
    expect(image?.search_space).toMatchObject({
      type: "array",
      items: { properties: { beta1: { anyOf: [{ type: ["number", "string"] }, { allOf: expect.any(Array) }] } } },
    });
    const forecast = ofTask(jsonSchema(automlJobFields), "forecasting")?.properties;
    expect(forecast?.forecasting).toMatchObject({
      properties: {
        forecast_horizon: {
          anyOf: [{ anyOf: [{ enum: ["auto"] }, { type: "string" }] }, { type: ["integer", "number", "string"] }],
        },
      },
    });
  });

  test("the JSON Schema of automl nodes accepts bindings", () => {
    expect(ofTask(jsonSchema(automlNodeFields), "regression")?.properties.limits).toMatchObject({
      properties: {
        max_trials: {
          anyOf: [
            { type: ["integer", "number", "string"] },
            { type: "string", pattern: expect.stringContaining("\\$\\{\\{") },
          ],
        },
      },
    });
  });
});
