// biome-ignore-all lint/suspicious/noTemplateCurlyInString: bindings of Azure ML have this form
import { describe, expect, test } from "vitest";
import { loadJob } from "../../../../shared/core/job/load-job.ts";
import { readDocument } from "../../../../shared/core/yaml/read-document.ts";
import { toJson } from "../../../../shared/core/yaml/to-json.ts";
import { applyPatch } from "../../../support/apply-patch.ts";
import {
  command,
  imported,
  importedAtTop,
  messages,
  node,
  output,
  problems,
  settings,
  source,
  space,
  sweep,
  tuning,
} from "./problems.ts";

/** The job after the suggestion of its only problem. */
function corrected(source: string): object {
  const [problem, ...others] = problems(source);
  expect(others).toEqual([]);
  const document = readDocument(source, { format: "yaml", depth: 32, nodes: 20_000 }).document;
  return applyPatch(plain(toJson(document?.value)), plain(problem?.suggestion ?? [])) as object;
}

/** A copy with numbers as JSON has them. */
function plain<T>(value: T): T {
  return JSON.parse(JSON.stringify(value));
}

describe("the suggestion makes the job valid", () => {
  test.each([
    ["a field of a nested mapping", `${command}shm_size: 2g\n`],
    ["several fields of a nested mapping", `${command}shm_size: 2g\ninstance_count: 2\n`],
    ["a field of a nested mapping that exists", `${command}distribution: {type: mpi}\nprocess_count_per_instance: 2\n`],
    ["a required field in the place of its mapping", "command: echo\nimage: python\n"],
    ["a field with the name of another system", `${command}resources: {vm_size: Standard_D2_v2}\n`],
    ["an unknown field in the place of the only missing one", "run: echo\nenvironment: azureml:e:1\n"],
    ["a path of a component in another field", node("uses: azureml:prep:1")],
    ["an unknown field of an inline component", node("component: {run: echo, environment: azureml:e:1}")],
    ["a field with fewer words", sweep.replace("primary_metric", "metric")],
    ["a field with more words", sweep.replace("max_total_trials", "max_number_of_total_trials_in_all")],
    ["a field one level too deep", `${command}resources: {instance_count: 2, compute: azureml:cpu}\n`],
    ["a section one level too deep", `${command}inputs: {a: 1, environment_variables: {A: b}}\n`],
    [
      "a section below a map in a node",
      node("command: echo, environment: azureml:e:1, inputs: {a: 1, limits: {timeout: 9}}"),
    ],
    ["a mapping around the fields of the job", "job:\n  command: echo\n  environment: azureml:e:1\n"],
    ["a type in the place of a mapping with it", `${command}distribution: pytorch\n`],
    ["a shortened type in the place of a mapping with it", `${sweep}early_termination: median\n`],
    ["a number in the place of a mapping with it", `${command}limits: 3600\n`],
    ["a list in the place of a mapping with it", sweep.replace(space, "search_space: {lr: [0.5, 1.0]}\n")],
    ["pairs in the place of a mapping", `${command}tags: [a=b, "c="]\n`],
    ["a field below a mapping that exists, which requires it", importedAtTop],
    ["a compute of an import", `${imported}compute: azureml:cpu\n`],
    ["a compute of an import in a pipeline", node(`type: import, ${source}, ${output}, compute: azureml:cpu`)],
    ["a field in the singular with one value", `${tuning}resources: {instance_type: Standard_NC24s_v3}\n`],
    ["an identity of a job that has none", `${tuning}identity: {type: managed}\n`],
    ["one value in the place of a list", `${tuning}resources: {instance_types: Standard_NC24s_v3}\n`],
    ["the component of a node", node("type: command, componet: azureml:c:1")],
    ["the component of a node without a type", node("componnent: azureml:c:1, inputs: {a: 1}")],
    ["the component of a parallel node", node("type: parallel, component_: azureml:c:1")],
    ["the component of a spark node", node("type: spark, compute: azureml:c, componen: azureml:c:1")],
    ["a number in the place of text", `${command}tags: {a: 1}\n`],
    ["a reference without slashes", `${command}environment: azureml:registries/r/environments/e/versions/1\n`],
    ["words in the place of text", "command: [python, train.py, --level=3]\nenvironment: azureml:e:1\n"],
    ["a duration in the place of seconds", `${command}limits: {timeout: 90 min}\n`],
    [
      "the fields of a trial in a sweep node",
      node(`type: sweep, command: echo, environment: azureml:e:1,
      ${[settings, space].join("").trim().replaceAll("\n", ", ")}`),
    ],
    ["the type of another node", node("type: spark, command: echo, environment: azureml:e:1")],
    ["the name of a node with dashes", node("command: echo, environment: azureml:e:1").replace(" a:", " My-Node:")],
  ])("for %s", (_mistake, source) => {
    expect(messages(corrected(source))).toEqual([]);
  });
});

describe("nothing is suggested", () => {
  test.each([
    ["for a field whose mapping would lack a required field", `${command}process_count_per_instance: 2\n`],
    ["for a field that its mapping already has", `${command}resources: {shm_size: 2g}\nshm_size: 3g\n`],
    ["for a field whose mapping is text", "command: echo\nenvironment: azureml:e:1\nimage: python\n"],
    ["for a text that several fields accept", `${command}resources: Standard_D2_v2\n`],
    ["for a type that needs other fields", `${sweep}early_termination: truncation\n`],
    ["for an unknown type", `${command}distribution: zzzz\n`],
    ["for a list that no type accepts", `${command}distribution: [1]\n`],
    ["for a list of texts without names", `${command}tags: [a]\n`],
    ["for a list with a name twice", `${command}tags: [a=b, a=c]\n`],
    ["for a pair with a secret", `${command}environment_variables: [PASSWORD=abc123]\n`],
    ["for an empty list", `${command}tags: []\n`],
    ["for words that a shell would split", 'command: [echo, "a b"]\nenvironment: azureml:e:1\n'],
    ["for an empty list of words", "command: []\nenvironment: azureml:e:1\n"],
    ["for a duration of an unknown unit", `${command}limits: {timeout: 3 weeks}\n`],
    ["for an input with the name of a section and fields of an input", `${command}inputs: {outputs: {zz: 1}}\n`],
    ["for a short key", `${command}pr: 1\n`],
    [
      "for a node whose valid name another node has",
      `${node("component: azureml:c:1")}  A: {component: azureml:c:1}\n`,
    ],
    ["for a path out of the bundle", `${command}code: ../src\n`],
  ])("%s", (_reason, source) => {
    const found = problems(source);
    expect(found.length).toBeGreaterThan(0);
    expect(found.filter(({ suggestion }) => suggestion !== undefined)).toEqual([]);
  });
});

test("one issue names all fields that belong into one mapping", () => {
  expect(messages(`${command}shm_size: 2g\ndocker_args: x\njob_tier: spot\n`)).toEqual([
    "shm_size is not a field here; move shm_size and docker_args into resources.",
    "job_tier is not a field here; move job_tier into queue_settings.",
  ]);
});

test("a node with the fields of several other types has an issue of its type without a suggestion", () => {
  const [problem] = problems(node("type: automl, component: azureml:c:1"));
  expect(problem?.pointer).toBe("/jobs/a/type");
  expect(problem?.message).toContain("has the fields of type command or parallel");
  expect(problem?.suggestion).toBeUndefined();
});

test("a list of pairs keeps names of members that every object has", () => {
  const [problem] = problems(`${command}environment_variables: [__proto__=a, constructor=b]\n`);
  const json = JSON.stringify(problem?.suggestion);
  expect(json).toContain('{"__proto__":"a","constructor":"b"}');
});

describe("a value that would be text in quotes", () => {
  const suggested = (source: string | object) => problems(source)[0]?.suggestion;

  test.each(["1", "017", "1_000", "1:30", "1.10", "1.0e+3", "true", "yes", "No", "2024-01-01", ".inf"])(
    "is suggested with the text %s that it is written as",
    (value) => {
      const replaced = [{ op: "replace", path: "/tags/a", value }];
      expect(suggested(`${command}tags: {a: ${value}}\n`)).toEqual(replaced);
      expect(suggested(`${command}tags:\n  a:   ${value}   # why\n`)).toEqual(replaced);
    },
  );

  test("is suggested in a component file, in JSON, and in a job that was sent as values", () => {
    const files = { "c.yml": "type: command\ncommand: echo\nenvironment: azureml:e:1\ndisplay_name: 1.50\n" };
    expect(problems(node("component: ./c.yml"), files)[0]).toMatchObject({
      file: "c.yml",
      suggestion: [{ op: "replace", path: "/display_name", value: "1.50" }],
    });
    const { issues } = loadJob('{"command": "a", "environment": "azureml:e:1", "tags": {"a": 1.50}}', {
      format: "json",
    });
    expect(issues?.[0]?.suggestion).toEqual([{ op: "replace", path: "/tags/a", value: "1.50" }]);
    const job = { command: "echo", environment: "azureml:e:1", tags: { a: 1.5, b: true } };
    expect(problems(job).map(({ suggestion }) => suggestion)).toEqual([
      [{ op: "replace", path: "/tags/a", value: "1.5" }],
      [{ op: "replace", path: "/tags/b", value: "true" }],
    ]);
  });
});

describe("a text in the place of data", () => {
  const automl = "type: automl\ntask: classification\nprimary_metric: accuracy\ntarget_column_name: y\n";

  test.each(["azureml:d:1", "azureml://datastores/a/paths/b", "https://h/x"])("is the path %s of a table", (path) => {
    const table = { type: "mltable", path };
    expect(corrected(`${automl}training_data: ${path}\n`)).toMatchObject({ training_data: table });
    const job = `${automl}training_data: {type: mltable, path: 'azureml:d:1'}\nvalidation_data: ${path}\n`;
    expect(corrected(job)).toMatchObject({ validation_data: table });
  });

  test("is the path of an output, whose type may vary", () => {
    const path = "azureml://datastores/a/paths/b";
    expect(corrected(`${command}outputs: {a: '${path}'}\n`)).toMatchObject({ outputs: { a: { path } } });
  });

  test("is no path if it is only a name or no text", () => {
    expect(problems(`${command}outputs: {a: model}\n`)[0]?.suggestion).toBeUndefined();
    expect(problems(`${command}outputs: {a: [x/y]}\n`)[0]?.suggestion).toBeUndefined();
  });

  test.each(["uri", "url", "location", "source", "file", "folder", "dataset", "asset"])(
    "may have the name %s of another system for its path",
    (field) => {
      const inputs = { a: { type: "uri_folder", path: "azureml:d:1" } };
      expect(corrected(`${command}inputs: {a: {type: uri_folder, ${field}: 'azureml:d:1'}}\n`)).toMatchObject({
        inputs,
      });
    },
  );
});

describe("a misspelled path", () => {
  const files = { "src/main/train.py": "", "env/conda.yml": "name: x\n" };
  const code = (path: string) => problems(`${command}code: ${path}\n`, files)[0]?.suggestion;

  test.each([
    ["scr/main", "src/main"],
    ["./scr/main/", "./src/main/"],
    [String.raw`.\src\mian`, String.raw`.\src\main`],
    ["env/../src/man", "env/../src/main"],
  ])("%s is corrected to %s, with the rest as it was written", (path, value) => {
    expect(code(path)).toEqual([{ op: "replace", path: "/code", value }]);
  });

  test.each(["scr/other", "zzz", "src/main/x/y"])("%s is not corrected, because no path is close", (path) => {
    expect(code(path)).toBeUndefined();
  });

  test("is corrected in the component file that contains it, relative to that file", () => {
    const component = `type: command\ncommand: echo\nenvironment: {image: x, conda_file: ../env/conda.yaml}\n`;
    const [problem] = problems(node("component: ./parts/c.yml"), { ...files, "parts/c.yml": component });
    expect(problem?.file).toBe("parts/c.yml");
    expect(problem?.suggestion).toEqual([
      { op: "replace", path: "/environment/conda_file", value: "../env/conda.yml" },
    ]);
  });

  test("is corrected in a job that was sent as values", () => {
    const [problem] = problems({ command: "echo", environment: "azureml:e:1", code: "./scr" }, files);
    expect(problem?.suggestion).toEqual([{ op: "replace", path: "/code", value: "./src" }]);
  });

  test("is not corrected if the folder has too many names or cannot list them", () => {
    const many = Object.fromEntries(Array.from({ length: 2001 }, (_, index) => [`f${index}`, ""]));
    expect(problems(`${command}code: scr\n`, { ...files, ...many })[0]?.suggestion).toBeUndefined();
    const { issues } = loadJob(`${command}code: scr\n`, { files: { read: () => undefined, kind: () => undefined } });
    expect(issues?.[0]?.suggestion).toBeUndefined();
  });
});
