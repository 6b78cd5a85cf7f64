import { expect, test } from "vitest";
import { loadJob } from "../../../../../../shared/core/job/load-job.ts";
import { DistillationJob } from "../../../../../../shared/core/job/types/distillation/job.ts";

const rest = `
type: distillation
data_generation_type: label_generation
data_generation_task_type: nli
student_model: azureml:m:1
training_data: azureml:d:1
validation_data: azureml:v:1
teacher_model_settings: {inference_parameters: {temperature: 0.5}}
prompt_settings: {max_len_summary: 80}
hyperparameters: {a: "1"}
resources: {instance_type: b}
outputs: {o: {type: mlflow_model}}
`;
const teacher = (connection: string): string => `${rest}teacher_model_endpoint_connection: ${connection}\n`;
const serverless = (key: string): string =>
  teacher(`{type: serverless, name: t, endpoint: "https://t.example.org", api_key: ${key}}`);

function load(text: string): DistillationJob {
  const { job, issues } = loadJob(text);
  expect(issues).toBeUndefined();
  return job as DistillationJob;
}

test("a distillation job has the attributes of its YAML, normalized as in the SDK", () => {
  const job = load(serverless("$KEY"));
  expect(job).toBeInstanceOf(DistillationJob);
  const {
    type,
    data_generation_type,
    data_generation_task_type,
    student_model,
    training_data,
    validation_data,
    prompt_settings,
    resources,
  } = job;
  expect({
    type,
    data_generation_type,
    data_generation_task_type,
    student_model,
    training_data,
    validation_data,
    prompt_settings,
    resources,
  }).toEqual({
    type: "distillation",
    data_generation_type: "label_generation",
    data_generation_task_type: "NLI",
    student_model: { type: "mlflow_model", path: "azureml:m:1" },
    training_data: { type: "uri_file", path: "azureml:d:1" },
    validation_data: { type: "uri_file", path: "azureml:v:1" },
    prompt_settings: { enable_chain_of_density: false, enable_chain_of_thought: false, max_len_summary: 80 },
    resources: { instance_type: "b", properties: {} },
  });
  expect(job.teacher_model_settings?.inference_parameters).toHaveProperty("temperature");
  expect([{ ...job.hyperparameters }, { ...job.outputs }]).toEqual([{ a: "1" }, { o: { type: "mlflow_model" } }]);
  expect(job.teacher_model_endpoint_connection).toMatchObject({
    api_key: "$KEY",
    credentials: { key: "$KEY", type: "api_key" },
  });
});

test("a distillation job without outputs has empty outputs", () => {
  const bare = rest.replace(/^outputs.*$/m, "");
  expect(load(`${bare}teacher_model_endpoint_connection: {type: custom, name: t, target: x}`).outputs).toEqual({});
});

test.each([
  serverless("s3cr3t"),
  ...[
    "{type: pat, pat: s3cr3t}",
    "{type: username_password, username: u, password: s3cr3t}",
    "{type: account_key, account_key: s3cr3t}",
  ].map((credentials) =>
    teacher(`{type: custom, name: t, target: "https://t.example.org", credentials: ${credentials}}`),
  ),
])("a secret of a connection blocks the submission of a job and is never shown", (yaml) => {
  const { job, warnings } = loadJob(yaml);
  expect(warnings).toMatchObject([{ code: "inline_secret", blocks_submission: true }]);
  expect(JSON.stringify(warnings)).not.toContain("s3cr3t");
  const masked = job?.maskSecrets().toYaml();
  expect(masked).not.toContain("s3cr3t");
  expect(masked).toContain("***");
});

test("the warning about a key says where to store it, and the placeholder that it suggests is accepted", () => {
  expect(loadJob(serverless("s3cr3t")).warnings[0]?.message).toMatch(
    /Store it in a connection of this name in the workspace, and write a placeholder here, e\.g\. `\$API_KEY`\.$/,
  );
  expect(loadJob(serverless("$API_KEY")).warnings).toEqual([]);
});

test("a secret of the wrong type is not repeated in the message", () => {
  expect(JSON.stringify(loadJob(serverless("12345678")).issues)).not.toContain("12345678");
});

test("maskSecrets leaves a connection unchanged whose key is a variable", () => {
  const job = load(serverless("$KEY"));
  expect(job.maskSecrets().toYaml()).toBe(job.toYaml());
});
