import { describe, expect, test } from "vitest";
import { command, problems, sweep, tuning } from "./problems.ts";

const automl = (limits: string, more = "") => `type: automl
task: regression
primary_metric: r2_score
target_column_name: y
training_data: {type: mltable, path: "azureml:t:1"}
limits: {${limits}}
${more}`;
const spark = "type: spark\nentry: {file: a.py}\ncode: ./src\ncompute: azureml:c\n";

/** The values that the suggestion for the only problem adds, or null if there is no suggestion. */
function added(source: string): unknown {
  const [problem] = problems(source);
  return (
    problem?.suggestion?.flatMap((operation) => {
      if (operation.op === "remove") return [];
      return [operation.op === "move" ? operation : { [operation.path]: operation.value }];
    }) ?? null
  );
}

describe("a time under a name with another unit is converted", () => {
  test.each([
    [`${command}limits: {timeout_minutes: 60}`, "/limits/timeout", 3600],
    [`${command}limits: {timeout_in_minutes: 60}`, "/limits/timeout", 3600],
    [`${command}limits: {timeoutMinutes: 60}`, "/limits/timeout", 3600],
    [`${command}limits: {timeoutminutes: 60}`, "/limits/timeout", 3600],
    [`${command}limits: {timeout_minuts: 60}`, "/limits/timeout", 3600],
    [`${command}limits: {timeout_hours: 1.5}`, "/limits/timeout", 5400],
    [`${command}limits: {timeout_hours: 2h}`, "/limits/timeout", 7200],
    [`${command}limits: {timeout_days: 2.0}`, "/limits/timeout", 172800],
    [
      `${sweep}`.replace("max_total_trials: 1", "max_total_trials: 1, trial_timeout_hours: 1"),
      "/limits/trial_timeout",
      3600,
    ],
    [automl("timeout_hours: 2"), "/limits/timeout_minutes", 120],
    [automl("timeout_seconds: 7200"), "/limits/timeout_minutes", 120],
    [automl("experiment_timeout_hours: 2"), "/limits/timeout_minutes", 120],
  ])("in %s", (source, place, value) => {
    expect(added(source)).toEqual([{ [place]: value }]);
  });

  test("unless the value is no number that the field accepts", () => {
    for (const limits of ["timeout_hours: many", "timeout_minutes: 0.001", "timeout_hours: null", "timeout_hours: [1]"])
      expect(added(`${command}limits: {${limits}}`)).toBeNull();
    expect(added(automl("timeout_seconds: 100"))).toBeNull();
  });

  test("and kept if the unit is the same", () => {
    const move = { op: "move", from: "/limits/timeout_seconds", path: "/limits/timeout" };
    expect(added(`${command}limits: {timeout_seconds: 60}`)).toEqual([move]);
  });
});

test("a number without a unit is not moved to a field with one", () => {
  expect(added(automl("trial_timeout: 1200"))).toBeNull();
  expect(added(automl("timeout_minuets: 20"))).toMatchObject([{ path: "/limits/timeout_minutes" }]);
});

describe("text with commas in the place of a list is split", () => {
  const values = (text: string) => sweep.replace("values: [1]", `values: ${text}`);
  const place = "/search_space/lr/values";
  test.each([
    [values('"16, 32, 64"'), place, [16, 32, 64]],
    [values("'[16, 0.5, 1e-3]'"), place, [16, 0.5, 0.001]],
    [values(`'["16", ''a'', b, 007]'`), place, ["16", "a", "b", "007"]],
    [values("16"), place, [16]],
    [values("relu"), place, ["relu"]],
    [`${spark}py_files: "a.zip, b.zip"`, "/py_files", ["a.zip", "b.zip"]],
    [`${tuning}resources: {instance_types: "a, b"}`, "/resources/instance_types", ["a", "b"]],
    [`${tuning}resources: {instance_type: "a, b"}`, "/resources/instance_types", ["a", "b"]],
  ])("in %s", (source, pointer, list) => {
    expect(added(source)).toEqual([{ [pointer]: list }]);
  });

  test("unless it is not clear what the items are", () => {
    for (const text of ['"16,, 32"', '"[16, 32"', '"[[16], 32]"', '"16 or 32, 64"', '"(1, 2)"'])
      expect(added(values(text))).toBeNull();
    expect(added(`${tuning}resources: {instance_type: "a, "}`)).toBeNull();
  });
});

describe("a list of pairs becomes a mapping", () => {
  test.each([
    ["env", "[{name: LEVEL, value: info}, {name: N, value: 1}]", { LEVEL: "info", N: 1 }],
    ["environment_variables", "[{name: LEVEL, value: info}]", { LEVEL: "info" }],
    ["environment_variables", "[{key: LEVEL, value: true}]", { LEVEL: true }],
    ["environment_variables", "[{LEVEL: info}, A=b]", { LEVEL: "info", A: "b" }],
    ["env_vars", "[LEVEL=info]", { LEVEL: "info" }],
  ])("%s: %s", (field, list, mapping) => {
    expect(added(`${command}${field}: ${list}`)).toEqual([{ "/environment_variables": mapping }]);
  });

  test("unless a pair is incomplete, has a secret, or is there twice", () => {
    const lists = ["[{name: A}, {name: B}]", "[{name: A, value: {}}]", "[{name: A, value: 1, c: 2}]", "[{}]", "[1]"];
    const more = ["[{name: [], value: 1}]", "[{name: Password, value: abc}]", "[{a: 1}, {a: 2}]", "[]", "[Pwd=x]"];
    expect(added(`${command}outputs: [a=b]`)).toBeNull();
    for (const list of [...lists, ...more, "[a]", "[{a: 2024-01-01}]"])
      expect(added(`${command}environment_variables: ${list}`)).toBeNull();
  });
});

describe("a name is suggested only if its field accepts the value", () => {
  test.each([
    `${command}args: [a]`,
    `${command}model_name: a`,
    `${command}project_name: a`,
    `${command}compute_name: {a: b}`,
    `${command}metadata: {name: a, tags: 1}`,
    `${command}shm_size: [2g]`,
    `${command}distribution: {type: mpi}\nprocess_count_per_instance: {a: b}`,
    automl("timeout_minutes: 2", "y_column_name: a"),
    sweep.replace("type: choice, values: [1]", 'type: "choice [16, 32]"'),
    sweep.replace("{type: choice, values: [1]}", "choice [16, 32]"),
  ])("not in %s", (source) => {
    expect(added(source)).toBeNull();
  });

  test("or a mapping around the value is clear", () => {
    const source = spark.replace("entry: {file: a.py}", "entry_script: a.py");
    expect(added(source)).toEqual([{ "/entry": { file: "a.py" } }]);
  });

  test("or the name is misspelt, and the mistake is further down", () => {
    const moved = { op: "move", from: "/distributon", path: "/distribution" };
    expect(added(`${command}distributon: {type: mpi, process_count_per_instance: a}`)).toEqual([moved]);
    expect(added(`${command}job_limits: {timeout: a}`)).toBeNull();
  });

  test.each([
    [`${command}compute_name: azureml:cpu`, "/compute"],
    [`${command}run_name: a`, "/name"],
    [automl("timeout_minutes: 2").replace("target_column_name", "label_column_name"), "/target_column_name"],
    [automl("timeout_minutes: 2").replace("target_column_name", "label_column"), "/target_column_name"],
  ])("in %s it is %s", (source, path) => {
    expect(added(source)).toMatchObject([{ op: "move", path }]);
  });
});
