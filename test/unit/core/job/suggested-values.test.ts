import { describe, expect, test } from "vitest";
import { command, imported, messages, node, output, problems, source, sweep, tuning } from "./problems.ts";

describe("a value that must be text is quoted", () => {
  const quoted = (source: string | object) => problems(source)[0]?.suggestion;

  test.each([
    ["5", "5"],
    ["007", "007"],
    ["1_000", "1_000"],
    ["0x1F", "0x1F"],
    ["1.10", "1.10"],
    ["1.0", "1.0"],
    ["12:30", "12:30"],
    ["no", "no"],
    ["True", "True"],
    ["2024-01-01", "2024-01-01"],
    ["10000000000000000000000", "10000000000000000000000"],
  ])("as it was written: %s", (text, value) => {
    expect(quoted(`${command}tags: {a: ${text}}\n`)).toEqual([{ op: "replace", path: "/tags/a", value }]);
  });

  test("in a node and in a component file", () => {
    const inNode = quoted(node("command: 007, environment: azureml:e:1"));
    expect(inNode).toEqual([{ op: "replace", path: "/jobs/a/command", value: "007" }]);
    const component = "type: command\ncommand: echo\nenvironment: azureml:e:1\ndescription: 1.10\n";
    const [problem] = problems(node("component: ./c.yml"), { "c.yml": component });
    expect([problem?.file, problem?.suggestion]).toEqual([
      "c.yml",
      [{ op: "replace", path: "/description", value: "1.10" }],
    ]);
  });

  test("as JSON, if it comes from an alias or was sent as a value", () => {
    expect(quoted(`${command}tags: {a: "x", b: &b 007, c: *b}\n`)).toMatchObject([{ path: "/tags/b", value: "007" }]);
    expect(problems(`${command}shm: &b 007\ntags: {c: *b}\n`)[1]?.suggestion).toMatchObject([{ value: "7" }]);
    const tags = { command: "echo", environment: "azureml:e:1", tags: { a: 1.5 } };
    expect(quoted(tags)).toEqual([{ op: "replace", path: "/tags/a", value: "1.5" }]);
    expect(quoted({ ...tags, tags: { a: true } })).toEqual([{ op: "replace", path: "/tags/a", value: "true" }]);
    expect(quoted({ ...tags, tags: { a: 10n ** 30n } })).toMatchObject([{ value: `1${"0".repeat(30)}` }]);
  });

  test("but not if it is a list, a mapping or bytes", () => {
    for (const value of ["[1]", "{a: 1}", "!!binary /w=="])
      expect(quoted(`${command}tags: {a: ${value}}\n`), value).toBeUndefined();
  });
});

describe("a field of another type", () => {
  test.each([
    [
      "with the fields that its own type needs",
      imported.replace("query: select 1", "path: a"),
      'source.path is not a field of type "snowflake", which needs query; it is one of type s3.',
    ],
    [
      "in a node",
      node(`type: import, ${source.replace("query: select 1", "path: a")}, ${output}`),
      'jobs.a.source.path is not a field of type "snowflake", which needs query; it is one of type s3.',
    ],
    [
      "of a distribution",
      `${command}distribution: {type: pytorch, worker_count: 2}\n`,
      'distribution.worker_count is not a field of type "pytorch"; it is one of type tensorflow.',
    ],
    [
      "of a policy",
      `${sweep}early_termination: {type: bandit, truncation_percentage: 3}\n`,
      'early_termination.truncation_percentage is not a field of type "bandit"; it is one of type truncation_selection.',
    ],
    [
      "of a search space",
      sweep.replace("{type: choice, values: [1]}", "{type: uniform, values: [1]}"),
      'search_space.lr.values is not a field of type "uniform", which needs min_value and max_value; ' +
        "it is one of type choice.",
    ],
    [
      "unless many types have it",
      sweep.replace("values: [1]", "values: [1], min_value: 1"),
      "search_space.lr.min_value is not a field here.",
    ],
    [
      "unless a field of its own type was meant",
      `${command}distribution: {type: pytorch, process_count: 2}\n`,
      "distribution.process_count is not a field here; did you mean process_count_per_instance?",
    ],
  ])("is named in one issue, %s", (_case, job, message) => {
    expect(messages(job)).toEqual([message]);
  });
});

describe("the misspelt component of a node", () => {
  test("is the only issue, at its line in the file of the nested pipeline", () => {
    const outer = node("type: pipeline, component: ./parts/outer.yml");
    const files = {
      "parts/outer.yml": "type: pipeline\njobs:\n  all: {type: pipeline, component: ./inner.yml}\n",
      "parts/inner.yml": "type: pipeline\njobs:\n  fit:\n    type: command\n    componet: azureml:c:1\n",
    };
    expect(problems(outer, files)).toEqual([
      {
        pointer: "/jobs/fit/componet",
        file: "parts/inner.yml",
        line: 5,
        column: 5,
        code: "unknown_field",
        message: expect.stringMatching(/jobs\.fit\.componet is not a field here; did you mean component\?$/),
        suggestion: [{ op: "move", from: "/jobs/fit/componet", path: "/jobs/fit/component" }],
      },
    ]);
  });

  test("does not hide other mistakes of the node", () => {
    expect(messages(node("type: command, componet: 5, limits: {timeout: x}, outputs: {o: {type: zz}}"))).toEqual([
      "jobs.a.componet is not a field here; did you mean component?",
      expect.stringContaining('jobs.a.limits.timeout is "x"'),
      expect.stringContaining('jobs.a.outputs.o.type is "zz"'),
    ]);
  });

  test("is not assumed for a key that is as close to another field, or for two keys", () => {
    for (const fields of ["compnent: azureml:c:1, componet: azureml:c:1", "comput: azureml:cpu"])
      expect(messages(node(`type: command, ${fields}`)).join()).toContain("jobs.a.command is missing");
  });
});

test("a value in the place of a list is not wrapped if the list would not be valid", () => {
  for (const value of ["{a: b}", "1", "2024-01-01", "!!binary aGk="]) {
    const [problem] = problems(`${tuning}resources: {instance_types: ${value}}\n`);
    expect([problem?.pointer, problem?.suggestion]).toEqual(["/resources/instance_types", undefined]);
  }
});

test("a field in the singular keeps its value if that is a list", () => {
  const [problem] = problems(`${tuning}resources: {instance_type: [a]}\n`);
  expect(problem?.suggestion).toEqual([
    { op: "move", from: "/resources/instance_type", path: "/resources/instance_types" },
  ]);
});
