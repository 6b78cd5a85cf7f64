// biome-ignore-all lint/suspicious/noTemplateCurlyInString: bindings of Azure ML have this form
import { describe, expect, test } from "vitest";
import { command, node, problems, settings, sweep } from "./problems.ts";

/** The suggestion for the first problem, or null if there is none. */
const suggestion = (source: string, files?: Readonly<Record<string, string>>) =>
  problems(source, files)[0]?.suggestion ?? null;

describe("a field of another section is moved there", () => {
  const processes = "process_count_per_instance";

  test("beside its other fields", () => {
    const source = `${command}distribution: {type: mpi}\nresources: {${processes}: 2}`;
    expect(suggestion(source)).toEqual([
      { op: "move", from: `/resources/${processes}`, path: `/distribution/${processes}` },
    ]);
  });

  test("or alone, if the section needs no others", () => {
    expect(suggestion(`${command}resources: {timeout: 60}`)).toEqual([
      { op: "add", path: "/limits", value: {} },
      { op: "move", from: "/resources/timeout", path: "/limits/timeout" },
    ]);
  });

  test("unless the section has or needs another field, or does not accept the value", () => {
    const sources = [
      `resources: {${processes}: 2}`,
      `distribution: {type: tensorflow}\nresources: {${processes}: 2}`,
      `distribution: {type: mpi, ${processes}: 1}\nresources: {${processes}: 2}`,
      "resources: {timeout: many}",
      "limits: 1h\nresources: {timeout: 60}",
    ];
    for (const source of sources) {
      const problem = problems(`${command}${source}`).find(({ pointer }) => /resources/.test(pointer));
      expect(problem?.suggestion).toBeUndefined();
    }
  });
});

describe("the name of a node is corrected", () => {
  const pipeline = (names: readonly string[]) =>
    `type: pipeline\nsettings: {default_compute: azureml:cpu}\njobs:\n${names
      .map(
        (name) => `  ${name}: {component: azureml:c:1, inputs: {a: ["1"], b: "\${{parent.jobs.data-prep.outputs.o}}"}}`,
      )
      .join("\n")}\n`;

  test("also in the bindings to it", () => {
    expect(suggestion(pipeline(["data-prep", "train"]))).toEqual([
      { op: "replace", path: "/jobs/data-prep/inputs/b", value: "${{parent.jobs.data_prep.outputs.o}}" },
      { op: "replace", path: "/jobs/train/inputs/b", value: "${{parent.jobs.data_prep.outputs.o}}" },
      { op: "move", from: "/jobs/data-prep", path: "/jobs/data_prep" },
    ]);
  });

  test("for the first 20 names", () => {
    const found = problems(pipeline(Array.from({ length: 22 }, (_, index) => `a-${index}`)));
    const names = found.filter(({ message }) => message.includes("is not a valid node name"));
    expect(names.map((problem) => problem.suggestion !== undefined).lastIndexOf(true)).toBe(19);
  });
});

describe("a value in another form is replaced", () => {
  const automl = (limits: string) => `type: automl
task: regression
primary_metric: r2_score
target_column_name: y
training_data: {type: mltable, path: "azureml:t:1"}
limits: {${limits}}`;
  const objective = (list: string) => sweep.replace(settings, `objective: ${list}\nlimits: {max_total_trials: 1}\n`);

  test.each([
    [`${command}limits: {timeout: PT1H30M}`, "/limits/timeout", 5400],
    [`${command}limits: {timeout: P1DT2H}`, "/limits/timeout", 93600],
    [`${command}limits: {timeout: 1.5h}`, "/limits/timeout", 5400],
    [`${command}limits: {timeout: 1h 30m}`, "/limits/timeout", 5400],
    [`${command}limits: {timeout: "01:30:00"}`, "/limits/timeout", 5400],
    [automl("timeout_minutes: 2h"), "/limits/timeout_minutes", 120],
    [automl("trial_timeout_minutes: PT20M"), "/limits/trial_timeout_minutes", 20],
    [automl("enable_early_termination: enabled"), "/limits/enable_early_termination", true],
    [automl("enable_early_termination: Disabled"), "/limits/enable_early_termination", false],
    [objective("[{goal: maximize, primary_metric: a}]"), "/objective", { goal: "maximize", primary_metric: "a" }],
    [objective("[goal: maximize, primary_metric: a]"), "/objective", { goal: "maximize", primary_metric: "a" }],
    ["command: [python, --in '${{inputs.a}}', -x 1]\nenvironment: azureml:e:1", "/command", null],
    [
      'command: [python, "--in ${{ inputs.a }}", -x 1]\nenvironment: azureml:e:1',
      "/command",
      "python --in ${{ inputs.a }} -x 1",
    ],
  ])("in %s", (source, path, value) => {
    expect(suggestion(source)).toEqual(value === null ? null : [{ op: "replace", path, value }]);
  });

  test("unless its meaning is not clear", () => {
    const timeouts = ["1.5x", "01:30", "1h or 2h", "P", "1h x", "PT", "1.0001s", "2h 99x"];
    const sources = [
      ...timeouts.map((timeout) => `${command}limits: {timeout: "${timeout}"}`),
      automl("timeout_minutes: 90s"),
      automl("timeout_minutes: many"),
      automl("max_trials: 2h"),
      automl("enable_early_termination: maybe"),
      ...["[]", "[{goal: maximize}]", "[{goal: maximize}, {goal: maximize, primary_metric: a}]", "[a]"].map(objective),
    ];
    for (const source of sources) expect(suggestion(source)).toBeNull();
  });

  test("by that of the other field if two are swapped", () => {
    const swapped = `${command}inputs: {a: {type: azureml:d:1, path: uri_folder}}`;
    expect(suggestion(swapped)).toEqual([
      { op: "replace", path: "/inputs/a/type", value: "uri_folder" },
      { op: "replace", path: "/inputs/a/path", value: "azureml:d:1" },
    ]);
    expect(suggestion("type: automl\ntask: boosting\ndisplay_name: regression")).toBeNull();
    const other = "inputs: {a: {type: azureml:d:1, path: uri_folder, datastore: uri_file}}";
    for (const inputs of [other, "inputs: {a: {type: 1, path: uri_folder}}"])
      expect(suggestion(`${command}${inputs}`)).toBeNull();
  });

  test("in inputs of components that say required or float", () => {
    const component = (input: string) => ({
      "c.yml": `type: command\ncommand: echo\nenvironment: azureml:e:1\ninputs:\n  a: {${input}}\n`,
    });
    const source = node("component: ./c.yml");
    expect(suggestion(source, component("type: number, required: false"))).toEqual([
      { op: "remove", path: "/inputs/a/required" },
      { op: "add", path: "/inputs/a/optional", value: true },
    ]);
    for (const name of ["float", "double"])
      expect(suggestion(source, component(`type: ${name}`))).toEqual([
        { op: "replace", path: "/inputs/a/type", value: "number" },
      ]);
    for (const input of ["required: a", "required: true, optional: false"])
      expect(suggestion(source, component(`type: number, ${input}`))).toBeNull();
  });
});
