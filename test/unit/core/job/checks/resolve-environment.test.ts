import { expect, test } from "vitest";
import { loadJob } from "../../../../../shared/core/job/load-job.ts";
import { bundle } from "../bundle.ts";

const job = (environment: string): string => `command: echo hi\nenvironment: ${environment}\n`;
const node = (fields: string): string =>
  `type: pipeline\nsettings: {default_compute: azureml:cpu}\njobs:\n  a: {type: command, ${fields}}\n`;

/** The environment of the dump of a command with these files. */
function environmentOf(yaml: string, files: Readonly<Record<string, string>>): unknown {
  const { job: loaded, issues } = loadJob(yaml, { files: bundle(files) });
  return issues ?? loaded?.fields.environment;
}

test("an environment file is replaced by its content, with the conda file beside it and without its name", () => {
  const files = {
    "envs/env.yml": "name: shared\nversion: 3\nimage: ubuntu\nconda_file: conda.yml\n",
    "envs/conda.yml": "dependencies: [numpy]\n",
  };
  expect(environmentOf(job("file:envs/env.yml"), files)).toMatchObject({
    image: "ubuntu",
    conda_file: { dependencies: ["numpy"] },
    name: "CliV2AnonymousEnvironment",
  });
});

test("a build folder of an environment file is printed relative to the job", () => {
  const files = { "envs/env.yml": "build: {path: ../docker}\n", "docker/Dockerfile": "FROM ubuntu\n" };
  expect(environmentOf(job("file:./envs/env.yml"), files)).toMatchObject({ build: { path: "docker" } });
  const inRoot = { "env.yml": "build: {path: .}\n" };
  expect(environmentOf(job("file:env.yml"), inRoot)).toMatchObject({ build: { path: "." } });
});

test("an environment file of a component is relative to the component file", () => {
  const files = {
    "components/c.yml": "type: command\ncommand: echo hi\nenvironment: file:../envs/env.yml\n",
    "envs/env.yml": "image: ubuntu\n",
  };
  const { job: loaded, issues } = loadJob(node("component: ./components/c.yml"), { files: bundle(files) });
  expect(issues).toBeUndefined();
  expect(loaded?.toYaml()).toContain("image: ubuntu");
});

test("a problem in an environment file is reported at its line of that file", () => {
  expect(environmentOf(job("file:env.yml"), { "env.yml": "image: ubuntu\nconda_fil: c.yml\n" })).toMatchObject([
    { code: "unknown_field", file: "env.yml", line: 2, pointer: "/conda_fil" },
  ]);
  expect(environmentOf(job("file:env.yml"), { "env.yml": "conda_file: nope.yml\nimage: a\n" })).toMatchObject([
    { code: "file_not_found", file: "env.yml", line: 1, pointer: "/conda_file" },
  ]);
});

test("an environment file that is missing, absolute or outside of the bundle is an issue of the job", () => {
  for (const path of ["nope.yml", "/env.yml", "//env.yml", "../env.yml"])
    expect(environmentOf(job(`file:${path}`), {})).toMatchObject([{ code: "file_not_found", pointer: "/environment" }]);
});

test("an environment file without a bundle blocks the submission and is printed as written", () => {
  const { job: loaded, warnings } = loadJob(job("file:env.yml"));
  expect(loaded?.fields.environment).toBe("file:env.yml");
  expect(warnings).toMatchObject([{ code: "needs_bundle", pointer: "/environment", blocks_submission: true }]);
});

test("an environment file without an image and a build blocks the submission", () => {
  const { warnings } = loadJob(job("file:env.yml"), { files: bundle({ "env.yml": "tags: {a: b}\n" }) });
  expect(warnings).toMatchObject([{ code: "incomplete", pointer: "/environment", blocks_submission: true }]);
});

test("an empty conda file counts as no conda file", () => {
  for (const content of ["", "# packages\n", "null\n"])
    expect(environmentOf(job("{image: ubuntu, conda_file: conda.yml}"), { "conda.yml": content })).not.toHaveProperty(
      "conda_file",
    );
});

test.each([
  ["[]", []],
  ["false", false],
  ["0", 0],
])("the conda file %s counts as no conda file and is printed as written", (text, value) => {
  expect(environmentOf(job(`{image: ubuntu, conda_file: ${text}}`), {})).toMatchObject({ conda_file: value });
});

const block =
  "environment:\n  image: ubuntu\n  conda_file: |\n    dependencies:\n    - python=3.11\n    - pip: [a==1.0]\n";

test.each([
  ["a job", `command: echo hi\n${block}`, {}, "/environment/conda_file", undefined],
  [
    "a component file in a folder",
    "type: pipeline\njobs: {a: {type: command, component: ./c/part.yml}}\n",
    { "c/part.yml": `command: echo hi\n${block}` },
    "/environment/conda_file",
    "c/part.yml",
  ],
])("a conda file that is a block of text in %s is suggested to be a mapping", (_, yaml, files, pointer, file) => {
  const { issues } = loadJob(yaml, { files: bundle(files) });
  const value = { dependencies: ["python=3.11", { pip: ["a==1.0"] }] };
  expect(issues).toMatchObject([
    { code: "wrong_type", pointer, suggestion: [{ op: "replace", path: pointer, value }] },
  ]);
  expect(issues?.[0]?.message).toContain("is a block of text; expected the path of a conda file, or a mapping");
  expect(issues?.[0]?.file).toBe(file);
});

test.each([
  ["a list", "- python\n"],
  ["a text that is not YAML", "a: [b\n"],
  ["a long text", `name: ${"a".repeat(10_000)}\n`],
])("a conda file that is a block with %s has no suggestion", (_, text) => {
  const { issues } = loadJob({ command: "echo hi", environment: { image: "ubuntu", conda_file: text } });
  expect(issues).toMatchObject([{ code: "wrong_type", pointer: "/environment/conda_file" }]);
  expect(issues?.[0]?.suggestion).toBeUndefined();
});

test("a trial of a command with a component is kept and not read", () => {
  const { job: loaded, warnings } = loadJob(node("component: 'azureml:c:1', trial: ./nope.yml"), { files: bundle({}) });
  expect(loaded?.toYaml()).toContain("trial: ./nope.yml");
  expect(warnings).toEqual([]);
});
