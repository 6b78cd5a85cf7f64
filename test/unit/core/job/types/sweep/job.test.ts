import { describe, expect, test } from "vitest";
import { loadJob } from "../../../../../../shared/core/job/load-job.ts";
import { SweepJob } from "../../../../../../shared/core/job/types/sweep/job.ts";

const yaml = `
type: sweep
name: s1
trial: {command: 'python a.py \${{search_space.lr}} \${{inputs.x}}', environment: azureml:e:1}
inputs: {x: 1}
outputs: {o: {}}
search_space: {lr: {type: Uniform, min_value: 0, max_value: 1.0}}
sampling_algorithm: {type: Random, seed: 3}
objective: {goal: Maximize, primary_metric: acc}
limits: {max_total_trials: 3, timeout: 5}
early_termination: {type: bandit, slack_factor: 1}
compute: cpu
identity: {type: managed}
queue_settings: {job_tier: Spot}
resources: {instance_count: 2}
`;

function load(text = yaml): SweepJob {
  const { job, issues } = loadJob(text);
  expect(issues).toBeUndefined();
  return job as SweepJob;
}

test("a sweep job has the attributes of its YAML, normalized as in the SDK", () => {
  const job = load();
  expect(job).toBeInstanceOf(SweepJob);
  expect({
    type: job.type,
    trial: { ...job.trial },
    objective: job.objective,
    limits: job.limits,
    sampling_algorithm: job.sampling_algorithm,
    queue_settings: job.queue_settings,
    resources: job.resources,
    identity: job.identity,
    inputs: { ...job.inputs },
    outputs: { ...job.outputs },
    compute: job.compute,
  }).toEqual({
    type: "sweep",
    trial: {
      command: `python a.py \${{search_space.lr}} \${{inputs.x}}`,
      environment: "azureml:e:1",
      environment_variables: {},
    },
    objective: { goal: "maximize", primary_metric: "acc" },
    limits: { max_total_trials: 3, timeout: 60 },
    sampling_algorithm: { type: "random", seed: 3 },
    queue_settings: { job_tier: "spot" },
    resources: { instance_count: 2, properties: {} },
    identity: { type: "managed_identity" },
    inputs: { x: 1 },
    outputs: { o: { type: "uri_folder" } },
    compute: "azureml:cpu",
  });
  expect(job.toYaml()).toContain(
    [
      "early_termination:\n  delay_evaluation: 0\n  evaluation_interval: 0",
      "  slack_amount: 0.0\n  slack_factor: 1.0\n  type: bandit\n",
    ].join("\n"),
  );
  expect(job.early_termination?.type).toBe("bandit");
  expect(Object.keys(job.search_space ?? {})).toEqual(["lr"]);
});

test("a sweep job without inputs and outputs has empty ones", () => {
  const job = load(yaml.replace("inputs: {x: 1}\noutputs: {o: {}}\n", "").replace(` \${{inputs.x}}`, ""));
  expect([job.inputs, job.outputs]).toEqual([{}, {}]);
});

test("a copy of a sweep job is a SweepJob", () => {
  const copy = load().withFields({ name: "s2" }).withKnown({ status: "Running" });
  expect(copy).toBeInstanceOf(SweepJob);
  expect([copy.name, copy.status]).toEqual(["s2", "Running"]);
});

describe("a warning", () => {
  test.each([
    [
      "search_space: {lr: {type: Uniform, min_value: 0, max_value: 1.0}}\nsampling_algorithm: {type: Random, seed: 3}",
      "search_space: {lr: {type: normal, mu: 0, sigma: 1}}\nsampling_algorithm: grid",
      "conflict",
      "/search_space/lr/type",
      false,
    ],
    [
      "search_space: {lr: {type: Uniform, min_value: 0, max_value: 1.0}}",
      "search_space: {lr: {type: choice, values: [{a: {type: choice, values: []}, lr: 1}]}}",
      "incomplete",
      "/search_space/lr/values/0/a/values",
      true,
    ],
    [
      "slack_factor: 1",
      "slack_factor: 1, delay_evaluation: -1",
      "out_of_range",
      "/early_termination/delay_evaluation",
      true,
    ],
    [
      "resources: {instance_count: 2}",
      "resources: {instance_count: 0}",
      "out_of_range",
      "/resources/instance_count",
      true,
    ],
  ])("a sweep job with (%s) changed to (%s) loads with the warning %s", (from, to, code, pointer, blocks) => {
    const { job, warnings } = loadJob(yaml.replace(from, to));
    expect(job).toBeDefined();
    expect(warnings).toEqual([expect.objectContaining({ code, pointer, blocks_submission: blocks })]);
  });

  test("a parameter nested in a choice is a defined parameter", () => {
    const text = yaml.replace(
      "{lr: {type: Uniform, min_value: 0, max_value: 1.0}}",
      "{all: {type: choice, values: [{lr: {type: randint, upper: 3}}, {lr: 5}]}}",
    );
    expect(loadJob(text).warnings).toEqual([]);
  });
});
