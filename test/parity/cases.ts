import { readFileSync } from "node:fs";

/** A job file that is invalid or borderline, and the expected cause. */
export interface Case {
  readonly id: string;
  readonly note: string;
  readonly yaml: string;
  /** `code /pointer` of the first issue, `! code /pointer` of the first blocking warning, or "" for a valid job. */
  readonly cause: string;
}

const macros: Record<string, string> = {
  "%command": "command: echo hi\nenvironment: azureml:e:1",
  "%sweep": `type: sweep
trial: {command: 'echo \${{search_space.lr}}', environment: azureml:e:1}
objective: {goal: maximize, primary_metric: acc}
limits: {max_total_trials: 3}`,
  "%pipeline": "type: pipeline\nsettings: {default_compute: azureml:cpu}",
  "%node": "  a:\n    type: command\n    command: echo hi\n    environment: azureml:e:1",
  "%sparkcode": "type: spark\ncode: ./src\nentry: {file: main.py}",
  "%sparkconf": `conf: {${[
    "spark.driver.cores: 1, spark.driver.memory: 2g",
    "spark.executor.cores: 2, spark.executor.memory: 2g, spark.executor.instances: 2",
  ].join(", ")}}`,
  "%automl": "type: automl\ntarget_column_name: y\ntraining_data: {type: mltable, path: ./src}",
  "%auto": `type: pipeline
settings: {default_compute: azureml:cpu}
inputs: {data: {type: mltable, path: ./src}, n: 3}
outputs: {out: {type: mlflow_model}}
jobs:
  a:
    type: automl
    target_column_name: y
    training_data: \${{parent.inputs.data}}`,
  "%finetuning": `type: finetuning
task: chat_completion
model_provider: custom
model: {type: mlflow_model, path: 'azureml:m:1'}
training_data: {type: uri_file, path: 'azureml:d:1'}`,
  "%model": `type: finetuning
task: chat_completion
model_provider: custom
model: {type: mlflow_model, path: 'azureml:m:1'}`,
  "%openai": `type: finetuning
task: chat_completion
model_provider: azure_open_ai
model: {type: mlflow_model, path: 'azureml:m:1'}
training_data: {type: uri_file, path: 'azureml:d:1'}`,
  "%distillation": `type: distillation
data_generation_type: label_generation
data_generation_task_type: NLI
teacher_model_endpoint_connection: {type: serverless, name: t, endpoint: "https://t.example.org", api_key: $KEY}
student_model: {type: mlflow_model, path: "azureml:m:1"}
training_data: {type: uri_file, path: "azureml:d:1"}
validation_data: {type: uri_file, path: "azureml:v:1"}`,
  "%import":
    "type: import\nsource: {type: snowflake, connection: 'azureml:c', query: select 1}\noutput: {type: mltable}",
  "%space": "search_space: {lr: {type: uniform, min_value: 0, max_value: 1}}",
};

for (const [name, field] of Object.entries({
  without: "teacher_model_endpoint_connection",
  bare: "data_generation_type|training_data|validation_data",
  task: "data_generation_task_type",
  student: "student_model",
})) {
  macros[`%distillation${name}`] = (macros["%distillation"] ?? "")
    .replaceAll(new RegExp(`^(?:${field}):.*\n?`, "gm"), "")
    .trimEnd();
}
macros["%spark"] = `${macros["%sparkcode"]}
${macros["%sparkconf"]}
resources: {instance_type: standard_e4s_v3, runtime_version: "3.4"}`;

/** Reads a file of cases; its head describes the format. */
export function readCases(file: string | URL): Case[] {
  const [, ...blocks] = readFileSync(file, "utf8").split(/^=== /m);
  const seen = new Set<string>();
  return blocks.map((block) => {
    const end = block.indexOf("\n");
    const [id = "", note = "", cause = ""] = block.slice(0, end).split("|");
    if (seen.has(id.trim())) throw new Error(`Case ${id.trim()} exists twice.`);
    seen.add(id.trim());
    const yaml = block.slice(end + 1).replace(/^%\w+$/gm, (macro) => macros[macro] ?? macro);
    return { id: id.trim(), note: note.trim(), cause: cause.trim(), yaml };
  });
}
