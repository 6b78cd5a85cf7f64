import { expect, test } from "vitest";
import { loadJob } from "../../../../../../shared/core/job/load-job.ts";
import { SparkJob } from "../../../../../../shared/core/job/types/spark/job.ts";

const yaml = `
type: spark
entry: {file: main.py}
code: azureml:code:1
py_files: [a.py]
jars: [a.jar]
files: [a.txt]
archives: [a.zip]
conf: {driver_cores: "1", spark.dynamicAllocation.enabled: true, spark.dynamicAllocation.minExecutors: 2}
args: --in \${{inputs.x}}
environment: azureml:e:1
resources: {instance_type: standard_e4s_v3, runtime_version: 3.4}
inputs: {x: 1}
outputs: {o: {mode: direct}}
`;

function load(text = yaml): SparkJob {
  const { job, issues } = loadJob(text);
  expect(issues).toBeUndefined();
  return job as SparkJob;
}

test("a spark job has the attributes of its YAML, normalized as in the SDK", () => {
  const job = load();
  expect(job).toBeInstanceOf(SparkJob);
  const { type, entry, code, py_files, jars, files, archives, args, environment, resources, identity } = job;
  expect({ type, entry, code, py_files, jars, files, archives, args, environment, resources, identity }).toEqual({
    type: "spark",
    entry: { file: "main.py" },
    code: "azureml:code:1",
    py_files: ["a.py"],
    jars: ["a.jar"],
    files: ["a.txt"],
    archives: ["a.zip"],
    args: `--in \${{inputs.x}}`,
    environment: "azureml:e:1",
    resources: { instance_type: "standard_e4s_v3", runtime_version: "3.4" },
    identity: { type: "user_identity" },
  });
  expect({ ...job.conf }).toEqual({
    "spark.driver.cores": 1,
    "spark.dynamicAllocation.enabled": true,
    "spark.dynamicAllocation.minExecutors": 2,
    "spark.executor.instances": 2,
  });
  expect([{ ...job.inputs }, { ...job.outputs }]).toEqual([{ x: 1 }, { o: { type: "uri_folder", mode: "direct" } }]);
});

test("a spark job has empty attributes for omitted fields", () => {
  const job = load("{type: spark, entry: {file: main.py}}");
  expect([job.conf, job.inputs, job.outputs]).toEqual([{}, {}, {}]);
});

test("a copy of a spark job keeps the unchanged fields", () => {
  const job = load().withFields({ display_name: "d" });
  expect([job.display_name, job.code]).toEqual(["d", "azureml:code:1"]);
});

test("a spark job with local code and without a bundle causes a warning", () => {
  const { warnings } = loadJob("{type: spark, entry: {file: main.py}, code: ./src}");
  expect(warnings.map(({ code, pointer }) => `${code} ${pointer}`)).toContain("needs_bundle /code");
});

test.each([["{a: 1}"], ["[true]"], ["1"], ["maybe"]])(
  "spark.dynamicAllocation.enabled: %s does not enable dynamic allocation",
  (enabled) => {
    const job = load(
      `type: spark
entry: {file: main.py}
conf: {spark.dynamicAllocation.enabled: ${enabled}, dynamic_allocation_min_executors: 2}`,
    );
    expect(job.conf["spark.executor.instances"]).toBeUndefined();
  },
);
