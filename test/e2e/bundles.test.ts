import { randomBytes } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, posix } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { loadJob } from "../../shared/core/job/load-job.ts";
import { corpusBundles } from "../parity/corpus-bundles.ts";
import { formOf, type Part } from "../support/form.ts";
import { ended, getLog, type JobDocument, type Problem, yaml } from "../support/job-client.ts";
import { memoryMiB } from "../support/process-figures.ts";
import { type Answer, send } from "../support/send.ts";
import { root, useService } from "../support/service-process.ts";
import { blobText } from "../support/stored.ts";
import { makeZip, zipOf } from "../support/zip.ts";

/** Temporary files of this service alone: others may be at work on this machine. */
const temporary = mkdtempSync(join(tmpdir(), "jobgate-bundles-test-"));
afterAll(() => rmSync(temporary, { recursive: true, force: true }));
const service = useService([], { environment: { TMPDIR: temporary } });
const pid = () => service().child.pid ?? 0;
const folder = join(root, "examples/train-from-files");
const files = Object.fromEntries(
  readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => statSync(join(folder, name)).isFile())
    .map((name) => [name, readFileSync(join(folder, name))]),
);
const example = zipOf(files);

const sendZip = (line: string, body: Uint8Array) => send(service().url, line, { headers: { "content-type": "application/zip" }, body });
const sendForm = (line: string, ...parts: readonly Part[]): Promise<Answer> => {
  const { body, type } = formOf(parts);
  return send(service().url, line, { headers: { "content-type": type }, body });
};
const jobPart = (content: string): Part => ({ name: "job", content });
const bundlePart = (content: Uint8Array): Part => ({ name: "bundle", content, fileName: "bundle.zip", type: "application/zip" });

describe("the example folder", () => {
  test("sent as a zip runs with its code and data, and keeps its bundle for a rerun", async () => {
    const answer = await sendZip("POST /api/jobs", example);
    expect(answer).toMatchObject({ status: 201 });
    const { name, ...job } = answer.json<JobDocument>();
    expect(job).toMatchObject({ code: "src", warnings: [], environment: { conda_file: { dependencies: ["python=3.12"] } } });
    expect(await ended(service().url, name)).toMatchObject({ status: "Completed" });
    expect((await getLog(service().url, name)).text).toMatch(/^sorted 3 numbers$/m);
    expect(await blobText(service().data, "job-outputs", `${name}/outputs/sorted.txt`)).toBe("1\n2\n3\n");

    const again = (await send(service().url, `POST /api/jobs/${name}/rerun`)).json<JobDocument>();
    expect((await send(service().url, `DELETE /api/jobs/${name}`)).status).toBe(204);
    expect(await ended(service().url, again.name)).toMatchObject({ status: "Completed" });
    expect((await getLog(service().url, again.name)).text).toMatch(/^sorted 3 numbers$/m);
  });

  test("sent as a form under a name is one job, however often it is sent", async () => {
    const parts = [jobPart(String(files["job.yml"])), bundlePart(example)];
    const first = await sendForm("PUT /api/jobs/from-files", ...parts);
    expect(first).toMatchObject({ status: 201 });
    expect(await sendForm("PUT /api/jobs/from-files", ...parts)).toMatchObject({ status: 200 });
    const other = bundlePart(zipOf({ ...files, "numbers.csv": "7\n" }));
    expect(await sendForm("PUT /api/jobs/from-files", jobPart(String(files["job.yml"])), other)).toMatchObject({
      status: 409,
      headers: { "x-ms-error-code": "job_exists" },
    });
    expect(await ended(service().url, "from-files")).toMatchObject({ status: "Completed" });
  });

  test("passes a dry run, which stores nothing", async () => {
    const dry = await sendZip("POST /api/jobs?dry_run=true", zipOf({ ...files, "only-tried": "x" }));
    expect(dry).toMatchObject({ status: 200 });
    expect(dry.json()).toMatchObject({ valid: true, submittable: true, warnings: [] });
  });

  test("runs from a folder of the zip, with code beside that folder", async () => {
    const { "job.yml": job = "", "numbers.csv": numbers = "", "conda.yml": conda = "" } = files;
    const inFolder = String(job).replace("code: src", "code: ../../src");
    const code = Object.fromEntries(Object.entries(files).filter(([path]) => path.startsWith("src/")));
    const beside = { ...code, "jobs/sort/train.yml": inFolder, "jobs/sort/numbers.csv": numbers, "jobs/sort/conda.yml": conda };
    const answer = await sendZip("POST /api/jobs?job=jobs/sort/train.yml", zipOf(beside));
    expect(answer).toMatchObject({ status: 201 });
    const { name, ...rest } = answer.json<JobDocument>();
    expect(rest).toMatchObject({ code: "../../src", experiment_name: "sort", warnings: [] });
    expect(await ended(service().url, name)).toMatchObject({ status: "Completed" });
    expect(await blobText(service().data, "job-outputs", `${name}/outputs/sorted.txt`)).toBe("1\n2\n3\n");

    const again = (await send(service().url, `POST /api/jobs/${name}/rerun`)).json<JobDocument>();
    expect(await ended(service().url, again.name)).toMatchObject({ status: "Completed" });

    const form = [jobPart(inFolder), bundlePart(zipOf(beside))];
    expect((await sendForm("PUT /api/jobs/from-folder?job=jobs/sort/job.yml", ...form)).status).toBe(201);
    expect(await ended(service().url, "from-folder")).toMatchObject({ status: "Completed" });
  });

  test("is refused from a folder where its paths lead out of the zip", async () => {
    const inFolder = String(files["job.yml"]).replace("code: src", "code: ../../../src");
    const answer = await sendZip("POST /api/jobs?job=jobs/sort/job.yml", zipOf({ ...files, "jobs/sort/job.yml": inFolder }));
    expect(answer.status).toBe(400);
    expect(answer.json<Problem>().issues).toContainEqual(
      expect.objectContaining({ code: "file_not_found", pointer: "/code", message: 'code is "../../../src", which leads out of the bundle.' }),
    );
  });

  test("without its files needs them", async () => {
    const answer = await send(service().url, "POST /api/jobs?dry_run=true", { headers: yaml, body: files["job.yml"] ?? "" });
    expect(answer.json<{ warnings: { code: string; pointer: string }[] }>().warnings.map(({ code, pointer }) => `${code} ${pointer}`)).toEqual([
      "needs_bundle /code",
      "needs_bundle /environment/conda_file",
      "needs_bundle /inputs/numbers/path",
    ]);
  });
});

describe("a refusal", () => {
  test("names the file that is missing, and where the job speaks of it", async () => {
    const { "src/run.sh": _script, "src/.amlignore": _rules, ...others } = files;
    const answer = await sendZip("POST /api/jobs", zipOf(others));
    expect(answer.status).toBe(400);
    expect(answer.json<Problem>()).toMatchObject({
      code: "invalid_job",
      issues: [{ code: "file_not_found", pointer: "/code", line: 3, column: 7, message: 'code is "src", which is not in the bundle.' }],
    });
  });

  test("names the place in the file that is wrong", async () => {
    const answer = await sendZip("POST /api/jobs?dry_run=true", zipOf({ ...files, "conda.yml": "dependencies:\n- a\n  b: [\n" }));
    expect(answer.json<Problem>()).toMatchObject({ code: "invalid_job", issues: [{ code: "invalid_syntax", file: "conda.yml", line: 3 }] });
  });

  test("names the entry that is not taken", async () => {
    const hostile = makeZip([
      { name: "job.yml", content: files["job.yml"] ?? "" },
      { name: "../../evil.sh", content: "x" },
    ]);
    const answer = await sendZip("POST /api/jobs", hostile);
    expect(answer.status).toBe(400);
    expect(answer.json<Problem>()).toMatchObject({ code: "invalid_bundle", issues: [{ code: "unsafe_path", file: "../../evil.sh" }] });
  });

  test("of a body that is too large comes as an answer, not as a cut connection", async () => {
    const answer = await send(service().url, "POST /api/jobs", { headers: { "content-type": "application/zip" }, body: Buffer.alloc(52_428_801) });
    expect(answer).toMatchObject({ status: 413, headers: { "x-ms-error-code": "body_too_large" } });
  });
});

test.runIf(process.platform === "linux")("a bundle of 50 MB costs little memory, and nothing of it stays on the disk", async () => {
  // The first one loads what the way of a bundle needs.
  await sendZip("POST /api/jobs", example);
  const before = memoryMiB(pid());
  const large = zipOf({ ...files, "large.bin": randomBytes(52_000_000) });
  expect(await sendZip("POST /api/jobs", large)).toMatchObject({ status: 201 });
  const after = memoryMiB(pid());
  expect(Math.max(after.peak, after.now) - before.now).toBeLessThan(64);
  expect(readdirSync(temporary).filter((name) => name.startsWith("jobgate-bundle-"))).toEqual([]);
});

describe("public jobs with their files", async () => {
  const bundles = await corpusBundles();
  const chosen = [
    "cli/jobs/pipelines-with-components/nyc_taxi_data_regression/pipeline.yml",
    "cli/jobs/pipelines-with-components/pipeline_with_pipeline_component/pipeline_with_train_eval_pipeline_component/pipeline.yml",
    "cli/jobs/pipelines-with-components/pipeline_with_hyperparameter_sweep/pipeline.yml",
    "cli/jobs/single-step/scikit-learn/iris/job-docker-context.yml",
    "cli/jobs/basics/hello-model-as-input.yml",
    "sdk/python/featurestore_sample/project/fraud_model/pipelines/training_pipeline.yaml",
    "cli/jobs/spark/serverless-spark-pipeline-managed-identity.yml",
  ];

  test.each(chosen)("%s is read through all its files", async (id) => {
    const bundle = bundles.find((each) => each.id === id);
    if (bundle === undefined) throw new Error(`${id} has no local files.`);
    const { yaml: job, folder, files, zip } = bundle;
    const answer = await sendForm(`POST /api/jobs?dry_run=true&job=${encodeURIComponent(posix.join(folder, "job.yml"))}`, jobPart(job), bundlePart(zip));
    expect(answer.status).toBe(200);
    const checked = answer.json<{ valid: boolean; yaml: string; warnings: { code: string; blocks_submission: boolean }[] }>();
    const experiment_name = folder === "" ? "Default" : posix.basename(folder);
    const own = loadJob(job, { files, folder }).job;
    expect(checked).toMatchObject({ valid: true, yaml: own?.withFields({ experiment_name: own.experiment_name ?? experiment_name }).toYaml() });
    expect(checked.warnings.filter(({ code, blocks_submission }) => blocks_submission && code !== "unsupported_by_backend")).toEqual([]);
  });

  test("a mistake in a component file is named with that file, line and column", async () => {
    const component = "type: command\ncommand: python train.py\nenvironment: azureml:e:1\ninputs:\n  data: {type: uri_foldr}\n";
    const job = "type: pipeline\nsettings: {default_compute: azureml:cpu}\njobs:\n  train: {type: command, component: ../../components/train.yml}\n";
    const answer = await sendZip("POST /api/jobs?job=jobs/train/job.yml", zipOf({ "jobs/train/job.yml": job, "components/train.yml": component }));
    expect(answer.status).toBe(400);
    expect(answer.json<Problem>().issues).toMatchObject([
      { code: "not_allowed", file: "components/train.yml", pointer: "/inputs/data/type", line: 5, column: 16 },
    ]);
  });
});
