import type { GeneratedCase } from "./generated-case.ts";
import { nest } from "./nested-cases.ts";

const workspace = "/subscriptions/s/resourceGroups/g/providers/Microsoft.MachineLearningServices/workspaces/w";

/** References to an asset of a kind, valid and invalid ones. */
const references = (kind: string): readonly string[] => [
  "azureml:e",
  "azureml:e@default",
  "azureml:",
  "azureml::1",
  `azureml:${workspace}/models/e/versions/1`,
  "azureml:AzureML-x",
  "azureml:/x:1",
  `azureml:${workspace}/${kind}/e/versions/1`,
];

/** More of them, for one place of each kind. */
const moreReferences = (kind: string): readonly string[] => [
  ...references(kind),
  "azureml:e:1",
  "azureml:e:",
  "azureml:e@latest",
  "azureml:e@other",
  "azureml:e@",
  "azureml:@latest",
  "azureml:/x@latest",
  "azureml:x/y:1",
  "azureml:azureml:e",
  "azureml:azureml:e:1",
  "azureml:azureml:",
  "azureml:registries/r/e",
  "azureml://registries/r/e",
  "azureml://virtualclusters/e",
  `azureml:${workspace}/${kind}/e/labels/latest`,
  `azureml:${workspace}/${kind}/e`,
  `azureml:${workspace.slice(1)}/${kind}/e/versions/1`,
  `azureml:${workspace}/models/e:1`,
];

const pipeline = "type: pipeline\nsettings: {default_compute: azureml:cpu}\n";
const sweep =
  "search_space: {lr: {type: choice, values: [1, 2]}}\nsampling_algorithm: random\n" +
  "objective: {goal: maximize, primary_metric: acc}\nlimits: {max_total_trials: 3}\n";
const trial = `type: command\ncommand: 'echo \${{inputs.lr}}'\ninputs: {lr: {type: number}}\n`;
const spark =
  "type: spark\ncode: ./src\nentry: {file: main.py}\nconf: {spark.driver.cores: 1, spark.driver.memory: 2g, " +
  "spark.executor.cores: 2, spark.executor.memory: 2g, spark.executor.instances: 2}\n" +
  "resources: {instance_type: standard_e4s_v3, runtime_version: '3.4'}\n";
const task = (environment: string): string =>
  `task: {type: run_function, entry_script: main.py, code: ./src, environment: ${environment}}\n` +
  "mini_batch_size: '1'\n" +
  `input_data: \${{inputs.d}}\n`;

const indent = (text: string, by: number): string => text.replaceAll(/^(?=.)/gm, " ".repeat(by));
const asNode = (text: string): string => `${pipeline}jobs:\n  a:\n${indent(text, 4)}`;
const asComponent = (field: string, text: string): string => `${field}:\n${indent(text, 2)}`;
const data = "inputs: {d: {type: uri_folder, path: 'azureml:d:1'}}\noutputs: {o: {type: uri_folder}}\n";
const declared = "inputs: {d: {type: uri_folder}}\noutputs: {o: {type: uri_folder}}\n";

/** A job with a reference to an environment or a component, by the place of the reference. */
const jobs: Readonly<Record<string, (reference: string) => string>> = {
  "environments of command": (ref) => `command: echo\nenvironment: ${ref}\ncompute: azureml:cpu\n`,
  "environments of id": (ref) => `command: echo\nenvironment: {image: i, id: ${ref}}\ncompute: azureml:cpu\n`,
  "environments of sweep": (ref) =>
    `type: sweep\ntrial: {command: 'echo \${{search_space.lr}}', environment: ${ref}}\n${sweep}compute: azureml:cpu\n`,
  "environments of spark": (ref) => `${spark}environment: ${ref}\n`,
};

/** A pipeline with such a reference. */
const pipelines: Readonly<Record<string, (reference: string) => string>> = {
  "environments of node": (ref) => asNode(`type: command\ncommand: echo\nenvironment: ${ref}\n`),
  "environments of node-id": (ref) => asNode(`type: command\ncommand: echo\nenvironment: {image: i, id: ${ref}}\n`),
  "environments of node-beside": (ref) => asNode(`type: command\ncomponent: azureml:c:1\nenvironment: ${ref}\n`),
  "environments of node-component": (ref) =>
    asNode(`type: command\n${asComponent("component", `type: command\ncommand: echo\nenvironment: ${ref}\n`)}`),
  "environments of node-trial": (ref) =>
    asNode(`type: sweep\n${asComponent("trial", `${trial}environment: ${ref}\n`)}${sweep}`),
  "environments of node-task": (ref) => asNode(`type: parallel\n${task(ref)}${data}`),
  "environments of node-task-component": (ref) =>
    asNode(`type: parallel\n${asComponent("component", `type: parallel\n${task(ref)}${declared}`)}${data}`),
  "environments of node-task-beside": (ref) => asNode(`type: parallel\ncomponent: azureml:c:1\n${task(ref)}${data}`),
  "environments of node-spark": (ref) => asNode(`${spark}environment: ${ref}\n`),
  "environments of node-spark-beside": (ref) =>
    asNode(
      "type: spark\ncomponent: azureml:c:1\n" +
        `resources: {instance_type: standard_e4s_v3, runtime_version: '3.4'}\nenvironment: ${ref}\n`,
    ),
  "components of component-node": (ref) => asNode(`type: command\ncomponent: ${ref}\n`),
  "components of untyped-node": (ref) => asNode(`component: ${ref}\n`),
  "components of parallel": (ref) => asNode(`type: parallel\ncomponent: ${ref}\n`),
  "components of node-trial-component": (ref) => asNode(`type: sweep\ntrial: ${ref}\n${sweep}`),
  "components of pipeline-node": (ref) => asNode(`type: pipeline\ncomponent: ${ref}\n`),
  "components of pipeline-job": (ref) => `type: pipeline\ncomponent: ${ref}\ncompute: azureml:cpu\n`,
};

const files: Readonly<Record<string, (reference: string) => string>> = {
  "environments of file-command": (ref) => `type: command\ncommand: echo\nenvironment: ${ref}\n`,
  "environments of file-parallel": (ref) =>
    `type: parallel\n${task(ref)}inputs: {d: {type: uri_folder, optional: true}}\n`,
};

/** References to environments and components, in every place that may have one. */
export function assetReferenceCases(): readonly GeneratedCase[] {
  const each = (
    places: Readonly<Record<string, (reference: string) => string>>,
    make: (id: string, text: string, index: number) => readonly GeneratedCase[],
  ): readonly GeneratedCase[] =>
    Object.entries(places).flatMap(([name, text]) => {
      const [kind = "", place = ""] = name.split(" of ");
      const all = ["command", "node", "component-node"].includes(place) ? moreReferences(kind) : references(kind);
      return all.flatMap((ref, index) => make(`${place}/${ref}`, text(`"${ref}"`), index));
    });
  return [
    ...each(jobs, (id, yaml) => [{ id, yaml }]),
    ...each(pipelines, (id, yaml, index) => [
      { id, yaml },
      ...(index % 4 === 0 && !id.startsWith("pipeline-job") ? [nest(id, yaml, 1 + (index % 8) / 4)] : []),
    ]),
    ...each(files, (id, text, index) => {
      const node = asNode("component: ./part.yml\n");
      const nested = nest(id, node, 1);
      return [
        index % 2 === 0
          ? { id, yaml: node, files: { "part.yml": text } }
          : { ...nested, files: { ...nested.files, "part.yml": text } },
      ];
    }),
  ];
}
