import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, utimesSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, posix } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { loadJob } from "../../shared/core/job/load-job.ts";
import { corpusBundles } from "../parity/corpus-bundles.ts";
import { type InboxClient, openInbox } from "../support/inbox-client.ts";
import { getLog, type JobDocument, type Problem, waitForEnd, yaml } from "../support/job-client.ts";
import { multipartForm, type Part } from "../support/multipart-form.ts";
import { memoryMiB, resetPeak } from "../support/process-figures.ts";
import { blobText } from "../support/read-storage.ts";
import { send, type TextResponse } from "../support/send.ts";
import { sendUnfinishedForms } from "../support/send-unfinished-forms.ts";
import { root, useService } from "../support/service-process.ts";
import { until } from "../support/until.ts";
import { buildZip, zipOf } from "../support/zip.ts";

/** Temporary files of this service only, because other services may run on this machine. */
const temporary = mkdtempSync(join(tmpdir(), "jobgate-bundles-test-"));
afterAll(() => rmSync(temporary, { recursive: true, force: true }));
/** Folders of a service that ended an hour ago, of a service on another machine, and of an unknown program. */
const [leftOver, inUse, unknown] = ["jobgate-bundle-abc123", "jobgate-bundle-00000000-1-abc123", "other-abc123"].map(
  (name) => join(temporary, name),
);
for (const place of [leftOver, inUse, unknown]) mkdirSync(place as string);
for (const place of [leftOver, unknown])
  utimesSync(place as string, new Date(Date.now() - 4_000_000), new Date(Date.now() - 4_000_000));
const service = useService([], { environment: { TMPDIR: temporary } });
let inbox: InboxClient;
beforeAll(() => {
  inbox = openInbox(service().data);
});
/** Folders of requests in progress. */
const foldersInUse = () =>
  readdirSync(temporary).filter((name) => name.startsWith("jobgate-bundle-") && join(temporary, name) !== inUse);
const pid = () => service().child.pid ?? 0;
const folder = join(root, "examples/train-from-files");
const files = Object.fromEntries(
  readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => statSync(join(folder, name)).isFile())
    .map((name) => [name, readFileSync(join(folder, name))]),
);
const example = zipOf(files);

const sendZip = (line: string, body: Uint8Array) =>
  send(service().url, line, { headers: { "content-type": "application/zip" }, body });
const sendForm = (line: string, ...parts: readonly Part[]): Promise<TextResponse> => {
  const { body, type } = multipartForm(parts);
  return send(service().url, line, { headers: { "content-type": type }, body });
};
const jobPart = (content: string): Part => ({ name: "job", content });
const bundlePart = (content: Uint8Array): Part => ({
  name: "bundle",
  content,
  fileName: "bundle.zip",
  type: "application/zip",
});

describe("the example folder", () => {
  test("runs as a zip with its code and data, and can be rerun", async () => {
    const answer = await sendZip("POST /api/jobs", example);
    expect(answer).toMatchObject({ status: 201 });
    const { name, ...job } = answer.json<JobDocument>();
    expect(job).toMatchObject({
      code: "src",
      warnings: [],
      environment: { conda_file: { dependencies: ["python=3.12"] } },
    });
    expect(await waitForEnd(service().url, name)).toMatchObject({ status: "Completed" });
    expect((await getLog(service().url, name)).text).toMatch(/^sorted 3 numbers$/m);
    expect(await blobText(service().data, "job-outputs", `${name}/outputs/sorted.txt`)).toBe("1\n2\n3\n");

    const again = (await send(service().url, `POST /api/jobs/${name}/rerun`)).json<JobDocument>();
    expect((await send(service().url, `DELETE /api/jobs/${name}`)).status).toBe(204);
    expect(await waitForEnd(service().url, again.name)).toMatchObject({ status: "Completed" });
    expect((await getLog(service().url, again.name)).text).toMatch(/^sorted 3 numbers$/m);
  });

  test("creates one job when it is sent repeatedly as a form under a name", async () => {
    const parts = [jobPart(String(files["job.yml"])), bundlePart(example)];
    const first = await sendForm("PUT /api/jobs/from-files", ...parts);
    expect(first).toMatchObject({ status: 201 });
    expect(await sendForm("PUT /api/jobs/from-files", ...parts)).toMatchObject({ status: 200 });
    const other = bundlePart(zipOf({ ...files, "numbers.csv": "7\n" }));
    expect(await sendForm("PUT /api/jobs/from-files", jobPart(String(files["job.yml"])), other)).toMatchObject({
      status: 409,
      headers: { "x-ms-error-code": "job_exists" },
    });
    expect(await waitForEnd(service().url, "from-files")).toMatchObject({ status: "Completed" });
  });

  test("passes a dry run without storing anything", async () => {
    const dry = await sendZip("POST /api/jobs?dry_run=true", zipOf({ ...files, "only-tried": "x" }));
    expect(dry).toMatchObject({ status: 200 });
    expect(dry.json()).toMatchObject({ valid: true, submittable: true, warnings: [] });
  });

  test("runs from a folder of the zip with code beside the folder", async () => {
    const { "job.yml": job = "", "numbers.csv": numbers = "", "conda.yml": conda = "" } = files;
    const inFolder = String(job).replace("code: src", "code: ../../src");
    const code = Object.fromEntries(Object.entries(files).filter(([path]) => path.startsWith("src/")));
    const beside = {
      ...code,
      "jobs/sort/train.yml": inFolder,
      "jobs/sort/numbers.csv": numbers,
      "jobs/sort/conda.yml": conda,
    };
    const answer = await sendZip("POST /api/jobs?job=jobs/sort/train.yml", zipOf(beside));
    expect(answer).toMatchObject({ status: 201 });
    const { name, ...rest } = answer.json<JobDocument>();
    expect(rest).toMatchObject({ code: "../../src", experiment_name: "sort", warnings: [] });
    expect(await waitForEnd(service().url, name)).toMatchObject({ status: "Completed" });
    expect(await blobText(service().data, "job-outputs", `${name}/outputs/sorted.txt`)).toBe("1\n2\n3\n");

    const again = (await send(service().url, `POST /api/jobs/${name}/rerun`)).json<JobDocument>();
    expect(await waitForEnd(service().url, again.name)).toMatchObject({ status: "Completed" });

    const form = [jobPart(inFolder), bundlePart(zipOf(beside))];
    expect((await sendForm("PUT /api/jobs/from-folder?job=jobs/sort/job.yml", ...form)).status).toBe(201);
    expect(await waitForEnd(service().url, "from-folder")).toMatchObject({ status: "Completed" });
  });

  test("is rejected from a folder whose paths lead out of the zip", async () => {
    const inFolder = String(files["job.yml"]).replace("code: src", "code: ../../../src");
    const answer = await sendZip(
      "POST /api/jobs?job=jobs/sort/job.yml",
      zipOf({ ...files, "jobs/sort/job.yml": inFolder }),
    );
    expect(answer.status).toBe(400);
    expect(answer.json<Problem>().issues).toContainEqual(
      expect.objectContaining({
        code: "file_not_found",
        pointer: "/code",
        message: 'code is "../../../src", which is outside the bundle.',
      }),
    );
  });

  test("is rejected without its files", async () => {
    const answer = await send(service().url, "POST /api/jobs?dry_run=true", {
      headers: yaml,
      body: files["job.yml"] ?? "",
    });
    expect(
      answer
        .json<{ warnings: { code: string; pointer: string }[] }>()
        .warnings.map(({ code, pointer }) => `${code} ${pointer}`),
    ).toEqual(["needs_bundle /code", "needs_bundle /environment/conda_file", "needs_bundle /inputs/numbers/path"]);
  });
});

describe("a rejection", () => {
  test("reports the missing file and its location in the job", async () => {
    const { "src/run.sh": _script, "src/.amlignore": _rules, ...others } = files;
    const answer = await sendZip("POST /api/jobs", zipOf(others));
    expect(answer.status).toBe(400);
    expect(answer.json<Problem>()).toMatchObject({
      code: "invalid_job",
      issues: [
        {
          code: "file_not_found",
          pointer: "/code",
          line: 3,
          column: 7,
          message: 'code is "src", which is not in the bundle.',
        },
      ],
    });
  });

  test("reports the file, line and column of an issue", async () => {
    const answer = await sendZip(
      "POST /api/jobs?dry_run=true",
      zipOf({ ...files, "conda.yml": "dependencies:\n- a\n  b: [\n" }),
    );
    expect(answer.json<Problem>()).toMatchObject({
      code: "invalid_job",
      issues: [{ code: "invalid_syntax", file: "conda.yml", line: 3 }],
    });
  });

  test("reports the rejected entry", async () => {
    const hostile = buildZip([
      { name: "job.yml", content: files["job.yml"] ?? "" },
      { name: "../../evil.sh", content: "x" },
    ]);
    const answer = await sendZip("POST /api/jobs", hostile);
    expect(answer.status).toBe(400);
    expect(answer.json<Problem>()).toMatchObject({
      code: "invalid_bundle",
      issues: [{ code: "unsafe_path", file: "../../evil.sh" }],
    });
  });

  test("of a too large body is a response, not a closed connection", async () => {
    const answer = await send(service().url, "POST /api/jobs", {
      headers: { "content-type": "application/zip" },
      body: Buffer.alloc(52_428_801),
    });
    expect(answer).toMatchObject({ status: 413, headers: { "x-ms-error-code": "body_too_large" } });
  });
});

test.runIf(process.platform === "linux")(
  "receives a bundle of 50 MB with little memory and leaves no file on disk",
  async () => {
    // The first bundle loads modules.
    await sendZip("POST /api/jobs", example);
    const before = memoryMiB(pid());
    const large = zipOf({ ...files, "large.bin": randomBytes(52_000_000) });
    expect(await sendZip("POST /api/jobs", large)).toMatchObject({ status: 201 });
    const after = memoryMiB(pid());
    expect(Math.max(after.peak, after.now) - before.now).toBeLessThan(64);
    expect(foldersInUse()).toEqual([]);
  },
);

describe("a malformed zip", () => {
  const zipFiles = readdirSync(join(root, "test/data/zips"));
  test.each(zipFiles)(
    "%s is rejected over HTTP, in a dry run and in the inbox, and the service keeps running",
    async (file) => {
      const bytes = readFileSync(join(root, "test/data/zips", file));
      for (const line of ["POST /api/jobs?dry_run=true", "POST /api/jobs", "PUT /api/jobs/lies"]) {
        expect((await sendZip(line, bytes)).json<Problem>()).toMatchObject({
          status: 400,
          code: "invalid_bundle",
          issues: [{ code: "unreadable" }],
        });
      }
      expect(
        (await sendForm("POST /api/jobs", jobPart("command: ls"), bundlePart(bytes))).json<Problem>(),
      ).toMatchObject({ code: "invalid_bundle" });
      await inbox.drop(`lies/${file}`, bytes);
      expect(await inbox.receipt(`lies/${file}`)).toMatchObject({
        outcome: "refused",
        error: { code: "invalid_bundle", issues: [{ code: "unreadable" }] },
      });
      expect(service().child.exitCode).toBeNull();
    },
  );

  test.runIf(process.platform === "linux")("with thousands of deep folders needs little memory", async () => {
    await sendZip("POST /api/jobs?dry_run=true", example);
    const entries = Array.from({ length: 9000 }, (_, index) => ({
      name: `${String(index).padStart(6, "0")}${"/d".repeat(440)}`,
      method: 0,
    }));
    resetPeak(pid());
    const before = memoryMiB(pid());
    expect((await sendZip("POST /api/jobs?dry_run=true", buildZip(entries))).json<Problem>()).toMatchObject({
      status: 400,
      code: "invalid_bundle",
    });
    const shallow = buildZip(entries.map(({ name }) => ({ name: name.slice(0, 190), method: 0 })));
    expect((await sendZip("POST /api/jobs?dry_run=true", shallow)).json<Problem>()).toMatchObject({
      issues: [{ code: "too_many" }],
    });
    expect(memoryMiB(pid()).peak - before.now).toBeLessThan(150);
  });

  test("with ignore patterns that would take minutes is rejected without delaying other requests", async () => {
    const patterns = `f*\n${`${"*a".repeat(32)}b\n`.repeat(990)}`;
    const many = Array.from({ length: 9990 }, (_, index) => ({ name: `src/f${"a".repeat(190)}${index}`, method: 0 }));
    const zip = buildZip([
      { name: "job.yml", content: "command: ls\nenvironment: azureml:e:1\ncode: src" },
      { name: "src/.amlignore", content: patterns },
      ...many,
    ]);
    const refusal = sendZip("POST /api/jobs", zip);
    const slowest = await slowestAnswer(refusal);
    expect((await refusal).json<Problem>()).toMatchObject({
      code: "invalid_bundle",
      issues: [{ code: "too_large", file: "src/.amlignore" }],
    });
    // A loose limit for a busy machine. Another test limits the processor time to 300 ms.
    expect(slowest).toBeLessThan(5000);
  });
});

/** The longest duration of a health request in milliseconds while `work` is in progress. */
async function slowestAnswer(work: Promise<unknown>): Promise<number> {
  let slowest = 0;
  let busy = true;
  const done = work.finally(() => {
    busy = false;
  });
  while (busy) {
    const started = performance.now();
    await send(service().url, "GET /api/health");
    slowest = Math.max(slowest, performance.now() - started);
  }
  await done;
  return slowest;
}

describe("a zip made by another program", () => {
  const job = (command: string, code = "src") => ({
    name: "job.yml",
    content: JSON.stringify({ command, code, environment: "azureml:e:1" }),
  });
  const link = (name: string, target: string) => ({ name, content: target, mode: 0o120777 });
  const run = async (zip: Uint8Array) => {
    const answer = await sendZip("POST /api/jobs", zip);
    expect(answer.json()).toMatchObject({ name: expect.any(String) });
    const { name, warnings } = answer.json<JobDocument & { warnings: readonly object[] }>();
    expect(await waitForEnd(service().url, name)).toMatchObject({ status: "Completed" });
    return { warnings, log: (await getLog(service().url, name)).text };
  };

  test("may have UTF-8 names with or without the UTF-8 flag", async () => {
    const zip = buildZip([
      job("cat prüfung.txt größe/*"),
      { name: "src/prüfung.txt", content: "one\n", flags: 0 },
      { name: "src/größe/ß.txt", content: "two\n", flags: 0 },
    ]);
    expect((await run(zip)).log).toContain("\none\ntwo\n");
  });

  test("may contain links: those in the code are followed, others are ignored with a warning", async () => {
    const zip = buildZip([
      job("cat notes.md shared/a.txt shared/again.txt; test ! -L notes.md -a ! -e gone && find . -type l | wc -l"),
      { name: "README.md", content: "read me\n" },
      { name: "lib/a.txt", content: "shared\n" },
      link("lib/again.txt", "../src/main.txt"),
      { name: "src/main.txt", content: "main\n" },
      link("src/notes.md", "../README.md"),
      link("src/shared", "../lib"),
      link("src/gone", "not-here"),
      link("AGENTS.md", "README.md"),
      link("outside", "/etc/passwd"),
    ]);
    const { log, warnings } = await run(zip);
    expect(log).toContain("\nread me\nshared\nmain\n0\n");
    expect(warnings).toEqual(
      ["src/gone", "AGENTS.md", "outside"].map((file) =>
        expect.objectContaining({ code: "link_skipped", file, blocks_submission: false }),
      ),
    );
  });

  test.each<[string, readonly [string, string][], string]>([
    ["out of the zip", [["src/passwd", "../../etc/passwd"]], "src/passwd"],
    ["to an absolute path", [["src/passwd", "/etc/passwd"]], "src/passwd"],
    [
      "out of the zip through another link",
      [
        ["src/a", "../b"],
        ["b", "../c"],
      ],
      "src/a",
    ],
    ["to itself", [["src/a", "a"]], "src/a"],
    [
      "in a loop",
      [
        ["src/a", "../b"],
        ["b", "src/a"],
      ],
      "src/a",
    ],
    ["to a folder around it", [["src/a", "."]], "src/a"],
    ["from a folder of the zip back to it", [["src/up", ".."]], "src/up"],
  ])("is rejected if the code has a link %s", async (_case, links, file) => {
    const zip = buildZip([job("ls"), { name: "src/main.txt" }, ...links.map(([name, target]) => link(name, target))]);
    expect((await sendZip("POST /api/jobs?dry_run=true", zip)).json<Problem>()).toMatchObject({
      status: 400,
      code: "invalid_bundle",
      issues: [{ code: "not_a_file", file }],
    });
  });

  test("may contain any links in the code that its ignore file excludes", async () => {
    const zip = buildZip([
      job("ls -A"),
      { name: "src/.amlignore", content: "venv/\npasswd\n" },
      link("src/venv", "/opt/venv"),
      link("src/passwd", "/etc/passwd"),
    ]);
    expect((await run(zip)).warnings).toMatchObject([
      { code: "link_skipped", file: "src/venv" },
      { code: "link_skipped", file: "src/passwd" },
    ]);
  });

  test("with a single YAML file is rejected with the missing parameter, over HTTP and in the inbox", async () => {
    const zip = zipOf({ "train.yml": "command: ls", "src/a.py": "" });
    expect((await sendZip("POST /api/jobs", zip)).json<Problem>().detail).toContain(
      "Send train.yml as the job with ?job=train.yml.",
    );
    await inbox.drop("train.zip", zip);
    expect((await inbox.receipt("train.zip")).error?.message).toContain("Rename train.yml to job.yml.");
  });
});

describe("the temporary folder of a request", () => {
  test("of a killed service is removed at the next start, and no other folder", async () => {
    await until(
      () => existsSync(leftOver as string),
      (there) => !there,
    );
    expect([inUse, unknown].map((place) => existsSync(place as string))).toEqual([true, true]);
  });

  test("is removed and its slot free five seconds after an aborted or incomplete form", async () => {
    await sendUnfinishedForms(service().url, foldersInUse, 40);
    await until(foldersInUse, (names) => names.length === 0, 5000);
    expect(
      (await sendForm("POST /api/jobs?dry_run=true", jobPart(String(files["job.yml"])), bundlePart(example))).status,
    ).toBe(200);
  });
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

  test.each(chosen)("are validated with all their files: %s", async (id) => {
    const bundle = bundles.find((each) => each.id === id);
    if (bundle === undefined) throw new Error(`${id} has no local files.`);
    const { yaml: job, folder, files, zip } = bundle;
    const answer = await sendForm(
      `POST /api/jobs?dry_run=true&job=${encodeURIComponent(posix.join(folder, "job.yml"))}`,
      jobPart(job),
      bundlePart(zip),
    );
    expect(answer.status).toBe(200);
    const checked = answer.json<{
      valid: boolean;
      yaml: string;
      warnings: { code: string; blocks_submission: boolean }[];
    }>();
    const experiment_name = folder === "" ? "Default" : posix.basename(folder);
    const own = loadJob(job, { files, folder }).job;
    expect(checked).toMatchObject({
      valid: true,
      yaml: own?.withFields({ experiment_name: own.experiment_name ?? experiment_name }).toYaml(),
    });
    expect(
      checked.warnings.filter(({ code, blocks_submission }) => blocks_submission && code !== "unsupported_by_backend"),
    ).toEqual([]);
  });

  test("report an issue in a component file with the file, line and column", async () => {
    const component =
      "type: command\ncommand: python train.py\nenvironment: azureml:e:1\ninputs:\n  data: {type: uri_foldr}\n";
    const job =
      "type: pipeline\nsettings: {default_compute: azureml:cpu}\n" +
      "jobs:\n  train: {type: command, component: ../../components/train.yml}\n";
    const answer = await sendZip(
      "POST /api/jobs?job=jobs/train/job.yml",
      zipOf({ "jobs/train/job.yml": job, "components/train.yml": component }),
    );
    expect(answer.status).toBe(400);
    expect(answer.json<Problem>().issues).toMatchObject([
      { code: "not_allowed", file: "components/train.yml", pointer: "/inputs/data/type", line: 5, column: 16 },
    ]);
  });
});
