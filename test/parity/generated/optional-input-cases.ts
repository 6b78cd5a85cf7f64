// biome-ignore-all lint/suspicious/noTemplateCurlyInString: bindings of Azure ML have this form
import type { GeneratedCase } from "./generated-case.ts";
import { nest } from "./nested-cases.ts";

const component = (port: string) =>
  `{type: command, command: 'echo $[[\${{inputs.i}}]]', environment: 'azureml:e:1', inputs: {i: {${port}}}}`;

/** Nodes with an input `i`, by the kind of their component. */
const nodes: Readonly<Record<string, string>> = {
  inline: "type: command, command: 'ls ${{inputs.i}}', environment: 'azureml:e:1'",
  required: `type: command, component: ${component("type: string")}`,
  optional: `type: command, component: ${component("type: string, optional: true")}`,
  "required-default": `type: command, component: ${component("type: string, default: a")}`,
  "required-data": `type: command, component: ${component("type: uri_folder")}`,
  file: "type: command, component: ./part.yml",
  registered: "type: command, component: 'azureml:c:1'",
  sweep:
    `type: sweep, trial: ${component("type: string")}, search_space: {lr: {type: choice, values: [1]}}, ` +
    "sampling_algorithm: random, objective: {goal: maximize, primary_metric: acc}, limits: {max_total_trials: 1}",
};

/** How the input is bound. */
const values: Readonly<Record<string, string>> = {
  text: "'${{parent.inputs.x}}'",
  path: "{type: string, path: '${{parent.inputs.x}}'}",
  expression: "'a-${{parent.inputs.x}}'",
};

const files = {
  "part.yml": `${component("type: string")
    .slice(1, -1)
    .replaceAll(/, (?=\w+: )(?![^{]*\})/g, "\n")}\n`,
};

/** Optional and required inputs of a pipeline that are bound to inputs of its nodes. */
export function optionalInputCases(): readonly GeneratedCase[] {
  return ["optional: true", "optional: false", "default: a"].flatMap((option) =>
    Object.entries(nodes).flatMap(([kind, node]) =>
      Object.entries(values).flatMap(([form, value], index) => {
        const id = `${kind}/${form}/${option.replace(": ", "-")}`;
        const body = `jobs:\n  a: {${node}, inputs: {i: ${value}}}\n`;
        const settings = "type: pipeline\nsettings: {default_compute: azureml:cpu}\n";
        const type = kind === "required-data" ? "uri_folder" : "string";
        const nested = nest(id, `type: pipeline\ninputs: {x: {type: ${type}, ${option}}}\n${body}`, 1 + (index % 2));
        return [
          { id, yaml: `${settings}inputs: {x: {type: uri_folder, path: 'azureml:d:1', ${option}}}\n${body}`, files },
          { ...nested, files: { ...nested.files, ...files } },
        ];
      }),
    ),
  );
}
