/** Jobs, and everything that prevents their submission. */
import type { PatchOperation } from "../../../../shared/core/issues.ts";
import { loadJob } from "../../../../shared/core/job/load-job.ts";
import { bundle } from "./bundle.ts";

export const command = "command: echo\nenvironment: azureml:e:1\n";
const trial = "trial: {command: echo, environment: azureml:e:1}\n";
export const settings = "objective: {goal: maximize, primary_metric: a}\nlimits: {max_total_trials: 1}\n";
export const space = "search_space: {lr: {type: choice, values: [1]}}\n";
export const sweep = `type: sweep\n${trial}${settings}${space}`;
export const source = "source: {type: snowflake, query: select 1, connection: azureml:c}";
export const output = "output: {type: mltable, path: azureml://datastores/main/paths/orders}";
export const imported = `type: import\n${source}\n${output}\n`;
export const importedAtTop = `${imported.replace(", connection: azureml:c", "")}connection: azureml:c\n`;
export const tuning = `type: finetuning
task: chat_completion
model_provider: custom
model: {type: mlflow_model, path: azureml:m:1}
training_data: {type: uri_file, path: azureml:d:1}
outputs: {out: {type: mlflow_model}}
`;
export const node = (fields: string) =>
  `type: pipeline\nsettings: {default_compute: azureml:cpu}\njobs:\n  a: {${fields}}\n`;

interface Problem {
  readonly pointer: string;
  readonly file?: string;
  readonly message: string;
  readonly suggestion?: readonly PatchOperation[];
}

export function problems(source: string | object, files: Readonly<Record<string, string>> = {}): readonly Problem[] {
  const { issues, warnings } = loadJob(source, { files: bundle(files) });
  const preview = "is an import, which Azure ML supports only in private preview.";
  return issues ?? warnings.filter(({ blocks_submission, message }) => blocks_submission && !message.endsWith(preview));
}

export const messages = (source: string | object) => problems(source).map(({ message }) => message);
