/** Limits on the work that one job can cause. */
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: bindings of Azure ML have this form
import { describe, expect, test } from "vitest";
import { loadJob } from "../../../../shared/core/job/load-job.ts";
import { bundle } from "./bundle.ts";

const base = "command: echo hi\nenvironment: azureml:e:1\n";
const component = "type: command\ncommand: x\nenvironment: azureml:e:1\n";
const pipelineOf = (nodes: readonly object[]): string =>
  JSON.stringify({ type: "pipeline", jobs: Object.fromEntries(nodes.map((node, at) => [`n${at}`, node])) });

test("aliases may expand to at most 256 KiB of text", () => {
  const text = (times: number) =>
    `${base}tags:\n  a: &a ${"x".repeat(1000)}\n${Array.from({ length: times }, (_, at) => `  b${at}: *a\n`).join("")}`;
  expect(loadJob(text(40)).issues).toBeUndefined();
  expect(loadJob(text(300)).issues).toMatchObject([
    { code: "too_long", line: 267, message: expect.stringContaining("more than 262144 characters") },
  ]);
  const aliases = Array.from({ length: 300 }, (_, at) => `    b${at}: *a\n`).join("");
  const inner = `${base}resources:\n  properties:\n    a: &a {k: ${"x".repeat(1000)}}\n${aliases}`;
  expect(loadJob(inner).issues).toMatchObject([{ code: "too_long" }]);
});

describe("the files of a job", () => {
  test("files may have 1 MiB in total, with repeats; the first reference over the limit is reported", () => {
    const files = bundle({ "a.yml": `${component}description: ${"x".repeat(400_000)}\n` });
    const nodes = (count: number) => Array.from({ length: count }, () => ({ component: "a.yml", compute: "cpu" }));
    expect(loadJob(pipelineOf(nodes(2)), { files, format: "json" }).issues).toBeUndefined();
    expect(loadJob(pipelineOf(nodes(9)), { files, format: "json" }).issues).toMatchObject([
      { pointer: "/jobs/n2/component", code: "too_long", message: expect.stringContaining("exceed 1048576 bytes.") },
    ]);
  });

  test("the values of a file are counted once for each reference to it", () => {
    const files = bundle({
      "a.yml": `${component}tags: {${Array.from({ length: 4000 }, (_, at) => `k${at}: v`).join(", ")}}\n`,
    });
    const { issues } = loadJob(pipelineOf(Array.from({ length: 4 }, () => ({ component: "a.yml" }))), {
      files,
      format: "json",
    });
    expect(issues).toMatchObject([{ pointer: "/jobs/n2/component", code: "too_many_nodes" }]);
  });

  test("a file is read only once, even if many nodes refer to it", () => {
    let reads = 0;
    const { kind, read } = bundle({ "a.yml": component });
    const counted = (path: string) => {
      reads += 1;
      return read(path);
    };
    const files = { kind, read: counted };
    const { job } = loadJob(pipelineOf(Array.from({ length: 20 }, () => ({ component: "a.yml", compute: "cpu" }))), {
      files,
      format: "json",
    });
    expect([job?.type, reads]).toEqual(["pipeline", 1]);
  });
});

test("a pipeline has at most 5,000 nodes", () => {
  expect(loadJob(pipelineOf(Array.from({ length: 5001 }, () => ({}))), { format: "json" }).issues).toMatchObject([
    { pointer: "/jobs", code: "too_many", message: "jobs has 5001 nodes; at most 5000 are allowed." },
  ]);
});

test("a chain of 600 nodes is not a cycle, and the message about a cycle of 600 nodes is shortened", () => {
  const chain = (last: string) =>
    pipelineOf(
      Array.from({ length: 600 }, (_, at) => ({
        component: "azureml:c:1",
        compute: "cpu",
        inputs: { a: `\${{parent.jobs.${at === 599 ? last : `n${at + 1}`}.outputs.a}}` },
      })),
    );
  const codes = (source: string) => loadJob(source, { format: "json" }).warnings.filter(({ code }) => code === "cycle");
  expect(codes(chain("none"))).toEqual([]);
  expect(codes(chain("n0"))).toMatchObject([
    { message: expect.stringMatching(/^jobs\.n0 depends on itself: n0 -> n1 -> .* -> \.\.\. -> .* -> n599 -> n0\.$/) },
  ]);
});

test("at most 200 warnings are returned, followed by one with the number of omitted ones", () => {
  const variables = (name: string) =>
    Object.fromEntries(Array.from({ length: 300 }, (_, at) => [`${name}${at}`, "${{inputs.x}}"]));
  const load = (name: string) =>
    loadJob({ command: "x", environment: "azureml:e:1", inputs: { x: 1 }, environment_variables: variables(name) })
      .warnings;
  expect(load("A")).toHaveLength(201);
  expect(load("A").at(-1)).toEqual({
    pointer: "",
    code: "more_issues",
    message: "There are 100 more warnings.",
    blocks_submission: false,
  });
  expect(load("=").at(-1)).toMatchObject({ message: "There are 400 more warnings.", blocks_submission: true });
});

test("an issue below a name of 100 KB is located at the enclosing value, so that the name is not repeated", () => {
  const long = "k".repeat(100_000);
  const inner = Object.fromEntries(Array.from({ length: 300 }, (_, at) => [`f${at}`, 1]));
  const text = JSON.stringify({ command: "x", environment: "azureml:e:1", inputs: { [long]: inner } });
  const { issues } = loadJob(text, { format: "json" });
  expect(issues).toHaveLength(201);
  expect(issues?.[0]).toMatchObject({ pointer: "/inputs", message: "inputs is not a field here.", line: 1 });
  expect(JSON.stringify(issues).length).toBeLessThan(50_000);
});

test("a mini batch size of more than 4,300 digits is rejected, as in Python", () => {
  const node = {
    type: "parallel",
    mini_batch_size: "9".repeat(5000),
    task: { type: "run_function", code: "./src", entry_script: "a.py", environment: "azureml:e:1" },
  };
  expect(loadJob(pipelineOf([node]), { format: "json" }).issues).toMatchObject([
    { pointer: "/jobs/n0/mini_batch_size", code: "wrong_type" },
  ]);
});

describe("an invalid name of an environment variable blocks submission", () => {
  const wrong = { environment_variables: { "A=B": "x" } };
  const command = { command: "x", environment: "azureml:e:1" };
  test.each<[string, object, string]>([
    ["of a command job", { ...command, ...wrong }, "/environment_variables/A=B"],
    [
      "of a trial",
      {
        type: "sweep",
        trial: { ...command, ...wrong },
        search_space: { x: { type: "choice", values: [1] } },
        objective: { goal: "maximize", primary_metric: "a" },
        limits: { max_total_trials: 1 },
      },
      "/trial/environment_variables/A=B",
    ],
    ["of a node", { type: "pipeline", jobs: { a: { ...command, ...wrong } } }, "/jobs/a/environment_variables/A=B"],
    [
      "of a node without an environment",
      { type: "pipeline", jobs: { a: { command: "x", ...wrong } } },
      "/jobs/a/environment_variables/A=B",
    ],
    [
      "of a node with a component",
      { type: "pipeline", jobs: { a: { component: "azureml:c:1", ...wrong } } },
      "/jobs/a/environment_variables/A=B",
    ],
    [
      "of a component",
      { type: "pipeline", jobs: { a: { component: { type: "command", ...command, ...wrong } } } },
      "/jobs/a/component/environment_variables/A=B",
    ],
    [
      "of a parallel node",
      {
        type: "pipeline",
        jobs: {
          a: {
            type: "parallel",
            task: { type: "run_function", code: "azureml:c:1", entry_script: "a.py", environment: "azureml:e:1" },
            ...wrong,
          },
        },
      },
      "/jobs/a/environment_variables/A=B",
    ],
    [
      "of an automl job",
      {
        type: "automl",
        task: "classification",
        target_column_name: "y",
        training_data: { type: "mltable", path: "azureml:d:1" },
        ...wrong,
      },
      "/environment_variables/A=B",
    ],
  ])("an invalid name of an environment variable %s blocks submission", (_what, job, pointer) => {
    const { issues, warnings } = loadJob(job);
    expect(issues).toBeUndefined();
    expect(warnings.filter(({ code }) => code === "wrong_key")).toMatchObject([{ pointer, blocks_submission: true }]);
  });
});

test("the message about a null field suggests removing the field only if it is optional", () => {
  const { issues } = loadJob({ command: "x", environment: null, compute: null });
  expect(issues?.map(({ message }) => message)).toEqual([
    "compute has no value; expected the name of a compute, as text. Set a value or remove the field.",
    "environment has no value; expected an environment.",
  ]);
});

test("an invalid value of an environment variable blocks submission", () => {
  const { warnings } = loadJob({
    command: "x",
    environment: "azureml:e:1",
    environment_variables: { A: "a\0b", B: [1] },
  });
  expect(warnings).toMatchObject([
    { pointer: "/environment_variables/A", code: "invalid_character", blocks_submission: true },
    { pointer: "/environment_variables/B", code: "wrong_type", blocks_submission: true },
  ]);
});

test("a block scalar whose header is more than 200 characters away is located at its first line", () => {
  const { issues } = loadJob(`command: x\nenvironment: azureml:e:1\nlimits: | # ${"c".repeat(300)}\n  a\n`);
  expect(issues).toMatchObject([{ pointer: "/limits", line: 4 }]);
});
