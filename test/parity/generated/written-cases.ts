import { readFileSync } from "node:fs";
import { join } from "node:path";
import { assetReferenceCases } from "./asset-reference-cases.ts";
import type { GeneratedCase } from "./generated-case.ts";
import { nest } from "./nested-cases.ts";
import { optionalInputCases } from "./optional-input-cases.ts";

const command = "command: echo hi\nenvironment: azureml:e:1\ncompute: azureml:cpu\n";
const node = "jobs: {a: {type: command, command: echo hi, environment: azureml:e:1}}\n";
const pipeline = "type: pipeline\nsettings: {default_compute: azureml:cpu}\n";

/** YAML as people write it, for a file whose first line is `first` and whose other lines are `rest`. */
function forms(first: string, rest: string): Readonly<Record<string, string>> {
  const [key = "", value = ""] = first.split(": ");
  return {
    "tab-after-colon": `${key}:\t${value}\n${rest}`,
    "tab-before-comment": `${first}\t# why\n${rest}`,
    "tab-at-end": `${first}\t\n${rest}`,
    "tab-on-blank-line": `${first}\n\t\n${rest}`,
    "tab-before-own-comment": `${first}\n\t# why\n${rest}`,
    "tab-indent": `tags:\n\ta: b\n${first}\n${rest}`,
    "tab-in-flow": `tags: {a:\tb,\tc: d}\n${first}\n${rest}`,
    "tab-in-list": `x:\n-\ta\n${first}\n${rest}`,
    crlf: `${first}\n${rest}`.replaceAll("\n", "\r\n"),
    cr: `${first}\n${rest}`.replaceAll("\n", "\r"),
    bom: `\uFEFF${first}\n${rest}`,
    "bom-inside": `${first}\n\uFEFF${rest}`,
    "comment-first": `# a\n\n# b\n${first}\n${rest}`,
    "comment-between": `${first}\n      # deep\n${rest}`,
    "comment-glued": `${first}#glued\n${rest}`,
    "comment-after-marker": `--- # start\n${first}\n${rest}`,
    "marker-end": `---\n${first}\n${rest}...\n`,
    "text-after-end": `${first}\n${rest}...\nmore: x\n`,
    "two-documents": `${first}\n${rest}---\n${first}\n${rest}`,
    "empty-second": `${first}\n${rest}---\n`,
    directive: `%YAML 1.1\n---\n${first}\n${rest}`,
    "directive-1.2": `%YAML 1.2\n---\n${first}\n${rest}`,
    "directive-2.0": `%YAML 2.0\n---\n${first}\n${rest}`,
    "directive-unknown": `%WHAT x\n---\n${first}\n${rest}`,
    "key-double-quoted": `"${key}": ${value}\n${rest}`,
    "key-single-quoted": `'${key}': ${value}\n${rest}`,
    "key-explicit": `? ${key}\n: ${value}\n${rest}`,
    "key-blank-before-colon": `${key} : ${value}\n${rest}`,
    "key-duplicate": `${first}\n${first}\n${rest}`,
    "key-no-blank": `${key}:${value}\n${rest}`,
    anchor: `${key}: &x ${value}\n${rest}`,
    alias: `tags: {a: &x b, c: *x}\n${first}\n${rest}`,
    "alias-unknown": `tags: {a: *nope}\n${first}\n${rest}`,
    merge: `tags:\n  <<: {a: b}\n  c: d\n${first}\n${rest}`,
    "merge-root": `<<: {description: x}\n${first}\n${rest}`,
    "merge-text": `tags: {<<: a}\n${first}\n${rest}`,
    "tag-str": `${key}: !!str ${value}\n${rest}`,
    "tag-unknown": `${key}: !mine ${value}\n${rest}`,
    folded: `${key}: >-\n  ${value}\n${rest}`,
    literal: `${key}: |\n  ${value}\n${rest}`,
    "wide-blank": `${key}:\u00A0${value}\n${rest}`,
    "smart-quotes": `${key}: \u201C${value}\u201D\n${rest}`,
    "line-separator": `${first}\u2028${rest}`,
    control: `${first}\n${rest}description: "a\u0001b"\n`,
    "unclosed-quote": `${key}: "${value}\n${rest}`,
    "unclosed-bracket": `tags: {a: b\n${first}\n${rest}`,
    "trailing-comma": `tags: {a: b,}\n${first}\n${rest}`,
    "indent-off": ` ${first}\n${rest}`,
    "no-final-line-end": `${first}\n${rest}`.trimEnd(),
    "bare-percent": `${first}\n${rest}description: %x\n`,
    "bare-at": `${first}\n${rest}description: @x\n`,
    "bare-backtick": `${first}\n${rest}description: \`x\`\n`,
    "colon-in-text": `${first}\n${rest}description: a: b\n`,
    "date-value": `${first}\n${rest}tags: {a: 2024-01-01}\n`,
    "date-broken": `${first}\n${rest}tags: {a: 2024-13-41}\n`,
    sexagesimal: `${first}\n${rest}tags: {a: 1:30}\n`,
    "equals-value": `${first}\n${rest}tags: {a: =}\n`,
  };
}

function formCases(): readonly GeneratedCase[] {
  const all = (place: string, first: string, rest: string, make: (text: string, id: string) => GeneratedCase) =>
    Object.entries(forms(first, rest)).map(([form, text]) => make(text, `${place}/${form}`));
  const [first = "", ...others] = command.split("\n");
  const component = `${pipeline}jobs: {a: {type: command, component: ./part.yml}}\n`;
  return [
    ...all("job", first, others.join("\n"), (yaml, id) => ({ id, yaml })),
    ...all("pipeline", "type: pipeline", node, (yaml, id) => ({ id, yaml })),
    ...all("component", "command: echo hi", "type: command\nenvironment: azureml:e:1\n", (text, id) => ({
      id,
      yaml: component,
      files: { "part.yml": text },
    })),
    ...all("nested", "type: pipeline", node, (text, id) => nest(id, text, 2)),
    ...all("conda", "name: x", "dependencies: [python=3.11]\n", (text, id) => ({
      id,
      yaml: "command: echo hi\nenvironment: {image: ubuntu, conda_file: ./c.yml}\ncompute: azureml:cpu\n",
      files: { "c.yml": text },
    })),
  ];
}

const references = [
  "azureml:e",
  "azureml:e:1",
  "azureml:e@latest",
  "azureml:e@other",
  "azureml:",
  "azureml:e:",
  "azureml::1",
  "azureml:e:1:2",
  "azureml:e@",
  "azureml:datastores/x/paths/y",
  "azureml://datastores/x/paths/y",
  "azureml://datastores/x",
  "azureml://",
  "azureml:/x",
  "azureml://registries/r/environments/e/versions/1",
  "azureml://registries/r/components/e/versions/1",
  "azureml://registries/r/environments/e/labels/latest",
  "azureml://registry/azureml/e",
  "azureml://registries/r/e",
  "azureml:azureml:e:1",
  "AZUREML:e:1",
  "runs:/x",
  "dbfs:/x",
  "file:///x",
  "file:./conda.yml",
  "file:./src",
  "./src",
  "./none",
  "src",
  "e:1",
  "e",
  "python:3.11",
  "http://h/x",
  "https://h/x",
  "abfss://c@h/x",
  "wasbs://c@h/x",
  "adl://h/x",
  "s3://b/x",
  "gs://b/x",
  "ftp://h/x",
  "/abs",
  "~/x",
  "../x",
  "$HOME/x",
  "C:\\\\x",
  "\\\\srv\\\\x",
  "azureml:é:1",
  "azureml:a b:1",
  "/subscriptions/s/resourceGroups/g/providers/Microsoft.MachineLearningServices/workspaces/w/environments/e/versions/1",
  "azureml:/subscriptions/s/resourceGroups/g/providers/Microsoft.MachineLearningServices/workspaces/w/components/e/versions/1",
];

function referenceCases(): readonly GeneratedCase[] {
  const places: Readonly<Record<string, (quoted: string) => string>> = {
    environment: (ref) => `command: echo hi\nenvironment: ${ref}\ncompute: azureml:cpu\n`,
    compute: (ref) => `command: echo hi\nenvironment: azureml:e:1\ncompute: ${ref}\n`,
    input: (ref) => `${command}inputs: {d: {type: uri_folder, path: ${ref}}}\n`,
    output: (ref) => `${command}outputs: {d: {type: uri_folder, path: ${ref}}}\n`,
    code: (ref) => `${command}code: ${ref}\n`,
    component: (ref) => `${pipeline}jobs: {a: {type: command, component: ${ref}}}\n`,
    "node-environment": (ref) => `${pipeline}jobs: {a: {command: echo, environment: ${ref}}}\n`,
    "node-input": (ref) =>
      `${pipeline}jobs: {a: {component: azureml:c:1, inputs: {d: {type: uri_file, path: ${ref}}}}}\n`,
    "default-compute": (ref) => `type: pipeline\nsettings: {default_compute: ${ref}}\n${node}`,
  };
  return Object.entries(places).flatMap(([place, make]) =>
    references.flatMap((ref, index) => {
      const yaml = make(`"${ref}"`);
      const plain = { id: `${place}/${ref}`, yaml };
      return place.startsWith("node") && index % 2 === 0 ? [plain, nest(plain.id, yaml, 1)] : [plain];
    }),
  );
}

const bindings = readFileSync(join(import.meta.dirname, "bindings.txt"), "utf8")
  .trimEnd()
  .split("\n");

function bindingCases(): readonly GeneratedCase[] {
  const other = "  b: {type: command, command: echo, environment: azureml:e:1, outputs: {o: {type: uri_folder}}}\n";
  const head = "inputs: {x: {type: uri_folder, path: 'azureml:d:1'}}\noutputs: {y: {type: uri_folder}}\n";
  const inner = "type: pipeline\ninputs: {x: {type: uri_folder, optional: false}}\noutputs: {y: {type: uri_folder}}\n";
  const declared = "inputs: {d: {type: uri_folder, path: 'azureml:d:1'}}\noutputs: {o: {type: uri_folder}}\n";
  const flow = "inputs: {d: {type: uri_folder, path: 'azureml:d:1'}}, outputs: {o: {type: uri_folder}}";
  const nodes: Readonly<Record<string, (text: string) => string>> = {
    "node-command": (text) => `jobs:\n  a: {command: 'echo ${text}', environment: 'azureml:e:1', ${flow}}\n${other}`,
    "node-input": (text) =>
      `jobs:\n  a: {type: command, command: 'echo \${{inputs.d}}', environment: 'azureml:e:1', inputs: {d: '${text}'}}\n${other}`,
    "node-output": (text) =>
      `jobs:\n  a: {type: command, command: echo, environment: 'azureml:e:1', outputs: {o: '${text}'}}\n${other}`,
    "component-input": (text) => `jobs:\n  a: {component: components/score.yml, inputs: {model: '${text}'}}\n${other}`,
    "node-compute": (text) => `jobs:\n  a: {command: echo, environment: 'azureml:e:1', compute: '${text}'}\n${other}`,
    "sweep-trial": (text) =>
      `jobs:\n  a:\n    type: sweep\n    trial: {command: 'echo ${text}', environment: 'azureml:e:1'}\n    ${flow.replace("}, outputs", "}\n    outputs")}\n` +
      "    search_space: {lr: {type: choice, values: [1, 2]}}\n    sampling_algorithm: random\n" +
      `    objective: {goal: maximize, primary_metric: acc}\n    limits: {max_total_trials: 3}\n${other}`,
  };
  return bindings.flatMap((text, index) => [
    {
      id: `command/${text}`,
      yaml: `command: 'echo ${text}'\nenvironment: azureml:e:1\ncompute: azureml:cpu\n${declared}`,
    },
    ...Object.entries(nodes).map(([place, make]) => ({ id: `${place}/${text}`, yaml: pipeline + head + make(text) })),
    ...Object.entries(nodes).map(([place, make]) => nest(`${place}/${text}`, inner + make(text), 1 + (index % 2))),
    {
      id: `component-file/${text}`,
      yaml:
        `${pipeline}jobs: {a: {type: command, component: ./part.yml, ` +
        "inputs: {d: {type: uri_folder, path: 'azureml:d:1'}}}}\n",
      files: {
        "part.yml":
          `type: command\ncommand: 'echo ${text}'\nenvironment: azureml:e:1\n` +
          "inputs: {d: {type: uri_folder}}\noutputs: {o: {type: uri_folder}}\n",
      },
    },
  ]);
}

function settingCases(): readonly GeneratedCase[] {
  const names = [
    "exp",
    "feature/add-x",
    "'a b'",
    "é",
    "a".repeat(256),
    "a".repeat(300),
    "_a",
    "-a",
    "1",
    "''",
    "a.b",
    "null",
    "[a]",
    "1.5",
  ];
  const versions = [
    "3.4",
    "'3.4'",
    "'3.3'",
    "'3.2'",
    "'3.1'",
    "'3.5'",
    "v3.4",
    "latest",
    "3.x",
    "3",
    "''",
    "null",
    "'3.4.0'",
    "[3.4]",
    "2.4",
  ];
  const shapes = ["abc", "[a]", "5", "{}", "null", "{a: 1}", "{a: null}", "{a: [1]}", "{1: a}"];
  const spark = (version: string): string =>
    "type: spark\ncode: ./src\nentry: {file: main.py}\nconf: {spark.driver.cores: 1, spark.driver.memory: 2g, " +
    "spark.executor.cores: 2, spark.executor.memory: 2g, spark.executor.instances: 2}\n" +
    `resources: {instance_type: standard_e4s_v3, runtime_version: ${version}}\n`;
  const asNode = (text: string): string => `type: pipeline\njobs:\n  a:\n${text.replaceAll(/^(?=.)/gm, "    ")}`;
  return [
    ...names.flatMap((name, index) => [
      { id: `experiment/command/${index}`, yaml: `${command}experiment_name: ${name}\n` },
      { id: `experiment/pipeline/${index}`, yaml: `${pipeline}experiment_name: ${name}\n${node}` },
    ]),
    ...versions.flatMap((version) => [
      { id: `runtime/job/${version}`, yaml: spark(version) },
      { id: `runtime/node/${version}`, yaml: asNode(spark(version)) },
      nest(`runtime/nested/${version}`, asNode(spark(version)), 2),
    ]),
    ...["tags", "properties", "inputs", "outputs", "environment_variables", "resources", "limits", "services"].flatMap(
      (field) =>
        shapes.flatMap((shape) => {
          const inline = asNode(`type: command\ncommand: echo\nenvironment: azureml:e:1\n${field}: ${shape}\n`);
          const file = asNode(`type: command\ncomponent: components/score.yml\n${field}: ${shape}\n`);
          const id = `${field}/${shape}`;
          return [
            { id: `job/${id}`, yaml: `${command}${field}: ${shape}\n` },
            { id: `inline/${id}`, yaml: `${inline}settings: {default_compute: azureml:cpu}\n` },
            { id: `beside/${id}`, yaml: `${file}settings: {default_compute: azureml:cpu}\n` },
            nest(`inline/${id}`, inline, 1),
            nest(`beside/${id}`, file, 2),
          ];
        }),
    ),
  ];
}

function condaCases(): readonly GeneratedCase[] {
  const values = [
    "./conda.yml",
    "conda.yml",
    "./none.yml",
    "./src",
    "",
    "[]",
    "{}",
    "5",
    "[a]",
    "{dependencies: [python]}",
    "{a: b}",
    "null",
    "|\n    name: x",
    "azureml:x:1",
    "https://h/c.yml",
    "broken.yml",
    "components/notyaml.yml",
    "./empty.yml",
    "./list.yml",
    "./text.yml",
  ];
  const files = { "empty.yml": "", "list.yml": "- a\n", "text.yml": "just text\n" };
  return values.flatMap((value, index) => {
    const job = `command: echo hi\ncompute: azureml:cpu\nenvironment:\n  image: ubuntu\n  conda_file: ${value}\n`;
    const inner = `type: pipeline\njobs:\n  a:\n    type: command\n${job.replaceAll(/^(?=.)/gm, "    ")}`;
    const part = `type: command\ncommand: echo hi\nenvironment:\n  image: ubuntu\n  conda_file: ${value}\n`;
    const nested = nest(`node/${index}`, inner, 1 + (index % 2));
    return [
      { id: `job/${index}`, yaml: job, files },
      { id: `inner/${index}`, yaml: inner, files },
      { ...nested, files: { ...nested.files, ...files } },
      {
        id: `component/${index}`,
        yaml: `${pipeline}jobs: {a: {component: ./part.yml}}\n`,
        files: { ...files, "part.yml": part },
      },
    ];
  });
}

export const writtenCases: Readonly<Record<string, () => readonly GeneratedCase[]>> = {
  yaml: formCases,
  references: referenceCases,
  "asset-references": assetReferenceCases,
  bindings: bindingCases,
  "optional-inputs": optionalInputCases,
  settings: settingCases,
  conda: condaCases,
};
