import { describe, expect, test } from "vitest";
import { loadJob } from "../../../../../shared/core/job/load-job.ts";
import { readBodies } from "../../../../parity/bodies.ts";
import { judgeReturn } from "../../../../parity/judge-body.ts";
import { restToJob } from "../../../../parity/read-back/rest-to-job.ts";
import { judgedCases, suites } from "../../../../parity/suites.ts";

const workspace = "/subscriptions/s/resourceGroups/g/providers/Microsoft.MachineLearningServices/workspaces/w";

const otherWorkspace = "/subscriptions/x/resourceGroups/g/providers/Microsoft.MachineLearningServices/workspaces/o";

/** Cases whose body changes when it is read back and sent again, with the reason. */
const lost: Readonly<Record<string, string>> = {
  "command/env-label-colon": "a name has no colon",
  "automl/node-space-text": "a distribution as a text has its own blanks",
};

describe.each(suites.filter((suite) => readBodies(suite).length > 0))("%s jobs", (suite) => {
  const cases = new Map(judgedCases(suite).map((each) => [each.id, each]));

  test.each(readBodies(suite).map((sent) => [sent.id, sent] as const))(
    "%s: is read back as a job with the same body",
    async (id, sent) => {
      const each = cases.get(id);
      const found = each === undefined ? undefined : await judgeReturn(each, sent);
      if (Object.hasOwn(lost, `${suite}/${id}`)) expect(found).not.toEqual([]);
      else expect(found).toEqual([]);
    },
  );
});

test("a job resource has its status, its services and the names of assets in the workspace", () => {
  const resource = {
    id: `${workspace}/jobs/j1`,
    name: "j1",
    type: "Microsoft.MachineLearningServices/workspaces/jobs",
    properties: {
      description: null,
      tags: { a: "b" },
      properties: { "_azureml.ComputeTargetType": "amlctrain", mine: "1" },
      displayName: "j1",
      status: "Running",
      experimentName: "e",
      services: {
        Studio: {
          jobServiceType: "Studio",
          port: null,
          endpoint: "https://ml.azure.com/runs/j1",
          status: null,
          errorMessage: null,
          properties: null,
          nodes: null,
        },
        shell: {
          jobServiceType: "SSH",
          port: 22,
          endpoint: "ssh://x",
          status: "Running",
          properties: { sshPublicKeys: "ssh-rsa A", more: "1" },
          nodes: { nodesValueType: "All" },
        },
      },
      computeId: `${workspace.toUpperCase()}/computes/cpu`,
      isArchived: false,
      identity: null,
      jobType: "Command",
      resources: { instanceCount: 2, instanceType: null, properties: {}, shmSize: "2g", dockerArgsList: ["-v"] },
      command: "ray status;",
      codeId: null,
      environmentId: `${workspace}/environments/e/versions/3`,
      inputs: {
        d: { jobInputType: "mltable", uri: `${workspace}/data/d/versions/1`, mode: "EvalMount", description: null },
      },
      outputs: {
        default: {
          uri: "azureml://datastores/s/paths/p",
          mode: "ReadWriteMount",
          jobOutputType: "uri_folder",
          assetName: null,
        },
      },
      distribution: { distributionType: "Ray", port: null },
      limits: { jobLimitsType: "Command", timeout: "P1DT2H3M4S" },
      queueSettings: { jobTier: "Spot", priority: 3 },
      environmentVariables: {},
    },
    systemData: { createdAt: "2026-05-03T04:15:27.3938668+00:00", createdBy: "me", createdByType: "User" },
  };
  const fields = restToJob(resource, workspace);
  expect(fields).toEqual({
    type: "command",
    name: "j1",
    display_name: "j1",
    experiment_name: "e",
    tags: { a: "b" },
    properties: { mine: "1" },
    compute: "azureml:cpu",
    services: {
      Studio: { type: "Studio", endpoint: "https://ml.azure.com/runs/j1" },
      shell: {
        type: "ssh",
        port: 22,
        endpoint: "ssh://x",
        status: "Running",
        nodes: "all",
        properties: { more: "1" },
        ssh_public_keys: "ssh-rsa A",
      },
    },
    command: "ray status;",
    environment: "azureml:e:3",
    environment_variables: {},
    distribution: { type: "ray" },
    resources: { instance_count: 2, properties: {}, shm_size: "2g", docker_args: ["-v"] },
    inputs: { d: { type: "mltable", path: "azureml:d:1", mode: "eval_mount" } },
    outputs: { default: { type: "uri_folder", path: "azureml://datastores/s/paths/p", mode: "rw_mount" } },
    limits: { timeout: 93_784 },
    queue_settings: { job_tier: "spot", priority: "high" },
    id: `azureml:${workspace}/jobs/j1`,
    status: "Running",
    creation_context: { created_at: "2026-05-03T04:15:27.3938668+00:00", created_by: "me", created_by_type: "User" },
  });
  expect(loadJob(fields).issues).toBeUndefined();
});

test("reads settings of a pipeline in any letter case, and keeps the ids of assets of other workspaces", () => {
  const properties = {
    jobType: "Pipeline",
    settings: { DefaultCompute: `${workspace}/computes/cpu`, ContinueOnStepFailure: true, _source: "YAML.JOB" },
    jobs: {
      a: {
        type: "command",
        componentId: `${otherWorkspace}/components/c/versions/1`,
      },
    },
  };
  expect(restToJob({ properties }, workspace)).toMatchObject({
    settings: { default_compute: "azureml:cpu", continue_on_step_failure: true },
    jobs: {
      a: {
        component: `azureml:${otherWorkspace}/components/c/versions/1`,
      },
    },
  });
});

test.each<readonly [string, unknown, object]>([
  ["nothing", null, { type: "", tags: {}, properties: {} }],
  ["a text", "x", { type: "", tags: {}, properties: {} }],
  [
    "a child of a pipeline, whose properties are null",
    { name: "c", properties: null },
    { type: "", name: "c", tags: {}, properties: {} },
  ],
  [
    "a type that nobody knows",
    { properties: { jobType: "QuantumRun", status: "Sleeping" } },
    { type: "quantum_run", status: "Sleeping", tags: {}, properties: {} },
  ],
  [
    "words of another kind",
    { name: 5, properties: { jobType: 3, status: [], tags: "x", services: [1], displayName: {} } },
    { type: "3", tags: {}, properties: {} },
  ],
])("reads the valid fields of %s", (_what, resource, fields) => {
  expect(restToJob(resource, workspace)).toEqual(fields);
});

test.each(["Command", "Sweep", "Pipeline", "AutoML", "Spark", "FineTuning"])(
  "reads a %s job whose fields are all null",
  (jobType) => {
    const names = [
      "inputs",
      "outputs",
      "limits",
      "resources",
      "trial",
      "objective",
      "searchSpace",
      "settings",
      "jobs",
      "taskDetails",
      "fineTuningDetails",
      "entry",
    ];
    for (const value of [null, "x", 3, [], { a: null }]) {
      const properties = Object.fromEntries(names.map((name) => [name, value]));
      expect(restToJob({ properties: { ...properties, jobType } }, workspace)).toMatchObject({ tags: {} });
    }
  },
);

test("recognizes a distillation by its properties", () => {
  const properties = {
    jobType: "FineTuning",
    properties: {
      mine: "1",
      "azureml.enable_distillation": "True",
      "azureml.data_generation_type": "label_generation",
      "azureml.data_generation_task_type": "MATH",
      "azureml.connection_information": "{",
      "azureml.teacher_model.endpoint_name": "t",
      "azureml.teacher_model.temperature": "0.1",
      "azureml.max_len_summary": "80",
      "azureml.instance_type.data_generation": "Standard_D2_v2",
    },
    fineTuningDetails: { model: { jobInputType: "mlflow_model", uri: `${workspace}/models/m/versions/2` } },
  };
  expect(restToJob({ properties }, workspace)).toEqual({
    type: "distillation",
    tags: {},
    properties: { mine: "1" },
    data_generation_type: "label_generation",
    data_generation_task_type: "MATH",
    teacher_model_settings: { inference_parameters: { temperature: 0.1 } },
    prompt_settings: { max_len_summary: 80 },
    resources: { instance_type: "Standard_D2_v2" },
    student_model: { type: "mlflow_model", path: "azureml:m:2" },
    outputs: {},
  });
});
