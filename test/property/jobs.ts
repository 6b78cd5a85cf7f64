/** Arbitrary valid and invalid jobs for the property tests. */
import fc from "fast-check";
import type { JobFilesReader } from "../../shared/core/job/load-job.ts";

const componentFile =
  "type: command\ncommand: python train.py\nenvironment: azureml:my-env:1\ninputs:\n  learning_rate: number\n";

/** A bundle that contains every file that a job refers to. */
export const files: JobFilesReader = {
  kind: (path) => (path.endsWith(".yml") ? "file" : "folder"),
  read: (path) => new TextEncoder().encode(path.includes("components/") ? componentFile : "dependencies: [python]"),
};

const text = fc.oneof(
  fc.string({ unit: "grapheme", maxLength: 20 }),
  fc.constantFrom("yes", "1", "a\nb\n", "", " x ", "#", "é", "__proto__"),
);
const key = fc.oneof(fc.constantFrom("a", "b_1", "C"), text);
const count = fc.oneof(fc.integer({ min: -2, max: 100 }), fc.constantFrom("2", 2.7, "1_000"));

function map<T>(value: fc.Arbitrary<T>): fc.Arbitrary<Record<string, T>> {
  return fc.dictionary(key, value, { maxKeys: 4 });
}

function some<T extends object>(
  shape: { [Key in keyof T]: fc.Arbitrary<T[Key]> },
  required: (keyof T)[] = [],
): fc.Arbitrary<object> {
  return fc.record(shape, { requiredKeys: required });
}

const anything = fc.anything({ maxDepth: 2, withBigInt: true, key });
const literal = fc.oneof(
  text,
  fc.boolean(),
  fc.integer(),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.bigInt(),
);
const mode = fc.constantFrom("download", "RO_MOUNT", "direct");
const path = fc.constantFrom("azureml:x:1", "https://example.com/a.csv", "./data", "azureml://datastores/d/paths/p");
const input = fc.oneof(
  literal,
  some({ type: fc.constantFrom("uri_file", "URI_FOLDER", "mltable", "custom_model"), mode, path }),
  some({ path, mode: fc.constantFrom("eval_mount", "download") }),
  some({ value: literal }, ["value"]),
);
const environment = fc.oneof(
  fc.constantFrom("azureml:e:1", "azureml:e@latest", "azureml:e", "azureml://registries/r/environments/e/versions/1"),
  some({
    image: text,
    tags: map(text),
    conda_file: fc.oneof(fc.constant("conda.yml"), map(anything)),
    os_type: fc.constantFrom("linux", "Windows"),
    build: some({ path: fc.constantFrom("./docker", "https://github.com/a/b") }),
  }),
);

const commandFields = {
  command: text,
  environment,
  name: text,
  type: fc.constant("command"),
  display_name: text,
  description: text,
  experiment_name: text,
  tags: map(fc.option(text)),
  properties: map(text),
  compute: fc.constantFrom("cpu", "azureml:cpu", "LOCAL", "serverless", ""),
  code: fc.constantFrom("azureml:c:1", "./src", "https://example.com/a", "git+https://x/y"),
  environment_variables: map(fc.oneof(text, literal, fc.constant(null))),
  resources: some({
    instance_count: count,
    shm_size: text,
    properties: map(literal),
    docker_args: fc.oneof(text, fc.array(text)),
  }),
  distribution: fc.oneof(
    some({ type: fc.constantFrom("PyTorch", "mpi", "tensorflow"), process_count_per_instance: count }, ["type"]),
    some({ type: fc.constant("ray"), include_dashboard: fc.constantFrom(true, "yes", 0) }, ["type"]),
  ),
  limits: some({ timeout: count }),
  identity: some({ type: fc.constantFrom("managed", "UserIdentity", "AMLToken") }, ["type"]),
  queue_settings: some({ job_tier: fc.constantFrom("Spot", "basic"), priority: fc.constantFrom("low", "HIGH") }),
  services: map(some({ type: fc.constantFrom("ssh", "vs_code", "custom"), nodes: fc.constant("all"), port: count })),
  inputs: map(input),
  outputs: map(
    fc.oneof(
      fc.constant(null),
      some({ type: fc.constantFrom("uri_file", "MLTable"), mode: fc.constantFrom("upload", "rw_mount"), path }),
    ),
  ),
  parent_job_name: text,
};

/** Command jobs, most of which load. */
export const commandJobs = fc.record(commandFields, { requiredKeys: ["command", "environment"] });

const distribution = fc.oneof(
  some(
    {
      type: fc.constantFrom("uniform", "LogUniform"),
      min_value: fc.double({ noNaN: true, noDefaultInfinity: true }),
      max_value: fc.integer(),
    },
    ["type", "min_value", "max_value"],
  ),
  some(
    { type: fc.constant("choice"), values: fc.array(fc.oneof(text, fc.integer(), map(fc.oneof(text, fc.integer())))) },
    ["type"],
  ),
  some({ type: fc.constant("randint"), upper: count }, ["type", "upper"]),
);
const sweepFields = {
  sampling_algorithm: fc.oneof(
    fc.constantFrom("random", "Grid"),
    some({ type: fc.constant("random"), seed: count }, ["type"]),
  ),
  search_space: map(distribution),
  objective: fc.record({ goal: fc.constantFrom("minimize", "Maximize"), primary_metric: text }),
  early_termination: some({ type: fc.constantFrom("bandit", "MedianStopping"), delay_evaluation: fc.option(count) }, [
    "type",
  ]),
  limits: some({ max_total_trials: count, timeout: count }, ["max_total_trials"]),
};
const { name, display_name, tags, properties, compute, inputs, outputs } = commandFields;
const trial = fc.record({ command: text, environment });
const sweepJobs = fc.record(
  { type: fc.constant("sweep"), trial, ...sweepFields, name, tags, compute, inputs, outputs },
  { requiredKeys: ["type", "trial", "objective", "limits"] },
);

const nodeInputs = map(
  fc.oneof(
    input,
    fc.constantFrom("${" + "{parent.inputs.a}}", "${" + "{parent.jobs.x.outputs.a}}", "a ${" + "{parent.inputs.a}}"),
  ),
);
const nodeOutputs = map(
  fc.oneof(
    fc.constant(null),
    fc.constant("${" + "{parent.outputs.a}}"),
    some({ type: fc.constant("uri_file"), mode: fc.constant("upload") }),
  ),
);
const component = fc.record(
  {
    command: text,
    environment,
    inputs: map(some({ type: fc.constantFrom("string", "integer", "uri_file"), optional: fc.boolean() }, ["type"])),
  },
  { requiredKeys: ["command", "environment"] },
);
const node = fc.oneof(
  fc.record(
    { command: text, environment, inputs: nodeInputs, outputs: nodeOutputs, display_name, tags, compute },
    { requiredKeys: ["command"] },
  ),
  fc.record(
    {
      type: fc.constant("command"),
      component: fc.oneof(fc.constantFrom("azureml:c:1", "azureml:c"), component),
      inputs: nodeInputs,
      outputs: nodeOutputs,
      properties,
    },
    { requiredKeys: ["component"] },
  ),
  fc.record(
    {
      type: fc.constant("sweep"),
      trial: fc.oneof(fc.constant("azureml:c:1"), component),
      inputs: nodeInputs,
      ...sweepFields,
    },
    { requiredKeys: ["type", "trial", "objective", "limits"] },
  ),
  fc.record(
    {
      type: fc.constant("parallel"),
      inputs: nodeInputs,
      mini_batch_size: fc.constantFrom("1", "10kb"),
      task: fc.record({ type: fc.constant("run_function"), entry_script: text, environment }),
    },
    { requiredKeys: ["type"] },
  ),
  fc.record({
    type: fc.constant("if_else"),
    condition: fc.boolean(),
    true_block: fc.constant("${" + "{parent.jobs.x}}"),
  }),
);
const pipelineJobs = fc.record(
  {
    type: fc.constant("pipeline"),
    jobs: fc.dictionary(fc.constantFrom("x", "y", "z_1", "bad-name"), node, { maxKeys: 3 }),
    inputs,
    outputs: nodeOutputs,
    name,
    settings: some({ default_compute: fc.constantFrom("azureml:c", "serverless"), force_rerun: fc.boolean() }),
  },
  { requiredKeys: ["type", "jobs"] },
);

/** Jobs of every type, many of which load. */
export const anyJobs = fc.oneof(commandJobs, sweepJobs, pipelineJobs);

/** Jobs with one arbitrary field. */
export const spoiltJobs = fc
  .tuple(commandJobs, fc.constantFrom(...Object.keys(commandFields), "zzz"), anything)
  .map(([job, field, value]) => ({ ...job, [field]: value }));

/** Deletions, insertions and swaps that corrupt a text. */
export const mutations = fc.array(
  fc.tuple(
    fc.constantFrom("cut", "put", "swap"),
    fc.nat(),
    fc.nat({ max: 30 }),
    fc.constantFrom(
      " ",
      "\n",
      "\t",
      ":",
      "- ",
      "{",
      "]",
      "'",
      '"',
      "&a ",
      "*a",
      "#",
      "\u0000",
      "é",
      "1",
      "null",
      "!!x ",
      "|",
    ),
  ),
  {
    minLength: 1,
    maxLength: 6,
  },
);

export function mutate(source: string, changes: readonly (readonly [string, number, number, string])[]): string {
  return changes.reduce((text, [kind, place, length, put]) => {
    const at = place % (text.length + 1);
    if (kind === "put") return text.slice(0, at) + put + text.slice(at);
    if (kind === "cut") return text.slice(0, at) + text.slice(at + length);
    const other = (at * 7 + length) % (text.length + 1);
    return text.slice(0, at) + text.slice(other, other + length) + text.slice(at);
  }, source);
}
