// biome-ignore-all lint/suspicious/noTemplateCurlyInString: Azure ML writes its bindings so
import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { ServiceError } from "../../../../shared/core/errors.ts";
import type { BackendJob } from "../../../../shared/core/ports/backend-port.ts";
import type { BundleStore } from "../../../../shared/core/ports/storage-ports.ts";
import { sha256 } from "../../../../shared/core/text/digest.ts";
import { systemClock } from "../../../../shared/lib/clock.ts";
import {
  commandJob,
  type LocalSetup,
  localSetup,
  ownFolder,
  temporaryFolder,
} from "../../../contract/backends/local-jobs.ts";
import { ended, reached } from "../../../contract/backends/observing.ts";
import { createMemoryBundles } from "../../../support/memory/bundles.ts";
import { makeZip, type ZipEntry } from "../../../support/zip.ts";

const entries: readonly ZipEntry[] = [
  { name: "job.yml", content: "command: bash run.sh" },
  { name: "src/run.sh", content: "echo from run.sh; ls -A | sort | xargs echo has" },
  { name: "src/tool", content: "#!/bin/sh\necho tool runs", mode: 0o100755 },
  { name: "src/pkg/__pycache__/a.pyc", content: "x" },
  { name: "src/secret.env", content: "x" },
  { name: "data/a.csv", content: "1,2\n" },
  { name: "data/more/b.csv", content: "3,4\n" },
  { name: "data/odd name $(x).csv", content: "5,6\n" },
];

/** A backend, and a way to give it jobs with a bundle of these files. */
async function setup(
  files: readonly ZipEntry[] = entries,
): Promise<LocalSetup & { readonly job: (command: string, fields?: object) => BackendJob }> {
  const bytes = makeZip(files);
  const bundles = createMemoryBundles();
  const zip = join(await temporaryFolder(), "bundle.zip");
  await writeFile(zip, bytes);
  await bundles.put(sha256(bytes), zip);
  return {
    ...(await localSetup({ bundles })),
    job: (command, fields = {}) => ({ ...commandJob(command, { ...fields }), bundle_sha256: sha256(bytes) }),
  };
}

test("code is the working folder of the command", async () => {
  const { run, log, job, directory } = await setup();
  const mine = job("bash run.sh && ./tool && mkdir outputs && cp run.sh outputs/", { code: "./src" });
  expect(await run(mine)).toMatchObject({ status: "Completed" });
  expect(await log(mine)).toContain("\nfrom run.sh\nhas pkg run.sh secret.env tool\ntool runs\n");
  expect(existsSync(join(directory, mine.name, "bundle.zip"))).toBe(false);
});

test.each([
  [".", "has data job.yml src"],
  ["src/run.sh", "has run.sh"],
  ["data/../src/pkg", "has __pycache__"],
])("code may be %s", async (code, line) => {
  const { run, log, job } = await setup();
  const mine = job("ls -A | sort | xargs echo has", { code });
  expect(await run(mine)).toMatchObject({ status: "Completed" });
  expect(await log(mine)).toContain(`\n${line}\n`);
});

test("the paths of a job in a folder of its bundle start there", async () => {
  const { run, log, job } = await setup();
  const fields = { code: "../../src", inputs: { one: { type: "uri_file", path: "../../data/a.csv" } } };
  const mine = { ...job("bash run.sh && cat ${{inputs.one}}", fields), bundle_folder: "jobs/train" };
  expect(await run(mine)).toMatchObject({ status: "Completed" });
  expect(await log(mine)).toContain("\nfrom run.sh\nhas pkg run.sh secret.env tool\n1,2\n");
});

test.each<[string, ZipEntry[], string]>([
  [".amlignore", [{ name: "src/.amlignore", content: "*.env\n__pycache__/\n" }], "has .amlignore run.sh tool"],
  [".gitignore", [{ name: "src/.gitignore", content: "*\n!*.sh\n" }], "has run.sh"],
  [
    ".amlignore where there is a .gitignore",
    [
      { name: "src/.gitignore", content: "*" },
      { name: "src/.amlignore", content: "pkg\n.*ignore\n" },
    ],
    "has run.sh secret.env tool",
  ],
  [
    "no file above or below the folder",
    [
      { name: ".amlignore", content: "*" },
      { name: "src/pkg/.amlignore", content: "*" },
    ],
    "has pkg run.sh secret.env tool",
  ],
])("%s says what of the code is left out", async (_what, more, line) => {
  const { run, log, job } = await setup([...entries, ...more]);
  const mine = job("bash run.sh", { code: "src" });
  await run(mine);
  expect(await log(mine)).toContain(`\n${line}\n`);
});

test("data of the bundle is a file or a folder for the command, and nothing of it is left out", async () => {
  const { run, log, job } = await setup([...entries, { name: "data/.amlignore", content: "*" }]);
  const mine = job("pwd; cat ${{inputs.file}} ${{inputs.odd}}; cat ${{inputs.folder}}/more/b.csv; ls ${{inputs.one}}", {
    inputs: {
      file: { type: "uri_file", path: "file:./data/a.csv" },
      odd: { type: "uri_file", path: "data/odd name $(x).csv" },
      folder: { type: "uri_folder", path: "./data" },
      one: { path: "data/a.csv" },
    },
  });
  expect(await run(mine)).toMatchObject({ status: "Completed" });
  expect(await log(mine)).toMatch(/\/work\n1,2\n5,6\n3,4\na\.csv\n/);
});

test.each([
  [{ path: "data", type: "uri_file" }, "Input x is the folder data; expected a file."],
  [{ path: "none.csv", type: "uri_file" }, "Input x is none.csv, which is not in the bundle."],
])("data %j fails the job: %s", async (input, message) => {
  const { run, job } = await setup();
  expect(await run(job("cat ${{inputs.x}}", { inputs: { x: input } }))).toMatchObject({
    status: "Failed",
    error: { code: "input_not_available_locally", message },
  });
});

test("code without a bundle is refused", async () => {
  const { backend } = await localSetup();
  await expect(backend.submit(commandJob("ls", { code: "src" }))).rejects.toMatchObject({
    name: "BackendRefusal",
    code: "code_not_available_locally",
  });
});

test("a bundle that is gone, or is another one, fails the job", async () => {
  const { run, job } = await setup();
  const gone = { ...job("ls", { code: "src" }), bundle_sha256: "0".repeat(64) };
  expect(await run(gone)).toMatchObject({
    status: "Failed",
    error: { code: "bundle_not_found", message: "The bundle of the job is no longer stored." },
  });

  const zip = join(await temporaryFolder(), "bundle.zip");
  await writeFile(zip, makeZip(entries));
  const bundles = createMemoryBundles();
  await bundles.put("0".repeat(64), zip);
  const other = await localSetup({ bundles });
  expect(await other.run({ ...job("ls", { code: "src" }), bundle_sha256: "0".repeat(64) })).toMatchObject({
    status: "Failed",
    error: { code: "bundle_not_found", message: expect.stringContaining("checksum") },
  });
});

/** A store that waits before it answers, until it is let go or the caller gives up. */
function waiting(bundles: BundleStore): {
  readonly store: BundleStore;
  readonly asked: Promise<void>;
  readonly go: () => void;
} {
  const asked = Promise.withResolvers<void>();
  const open = Promise.withResolvers<void>();
  const store: BundleStore = {
    ...bundles,
    async read(hash, options) {
      asked.resolve();
      const aborted = new Promise<never>((_, reject) =>
        options?.signal?.addEventListener("abort", () => reject(options.signal?.reason), { once: true }),
      );
      await Promise.race([open.promise, aborted]);
      return bundles.read(hash, options);
    },
  };
  return { store, asked: asked.promise, go: () => open.resolve() };
}

async function stored(): Promise<{ readonly bundles: BundleStore; readonly hash: string }> {
  const bytes = makeZip(entries);
  const zip = join(await temporaryFolder(), "bundle.zip");
  await writeFile(zip, bytes);
  const bundles = createMemoryBundles();
  await bundles.put(sha256(bytes), zip);
  return { bundles, hash: sha256(bytes) };
}

test("a job is Preparing while its bundle comes, and can be canceled", async () => {
  const { bundles, hash } = await stored();
  const { store, asked } = waiting(bundles);
  const { backend, directory } = await localSetup({ bundles: store });
  const job = { ...commandJob("touch ../started-anyway", { code: "src" }), bundle_sha256: hash };
  await backend.submit(job);
  await asked;
  expect(await reached(backend, job, "Preparing")).toMatchObject({ status: "Preparing" });
  await backend.cancel(job);
  expect(await ended(backend, job)).toMatchObject({ status: "Canceled" });
  expect(existsSync(join(directory, job.name, "started-anyway"))).toBe(false);
});

test("a storage that is away is asked again", async () => {
  const { bundles, hash } = await stored();
  let calls = 0;
  const store: BundleStore = {
    ...bundles,
    async read(...args) {
      calls += 1;
      if (calls === 1) throw new ServiceError("unavailable", "down");
      return bundles.read(...args);
    },
  };
  const hurried = {
    now: () => systemClock.now(),
    sleep: (ms: number, signal?: AbortSignal) => systemClock.sleep(Math.min(ms, 50), signal),
  };
  const { run } = await localSetup({ bundles: store, clock: hurried });
  expect(await run({ ...commandJob("bash run.sh", { code: "src" }), bundle_sha256: hash })).toMatchObject({
    status: "Completed",
  });
  expect(calls).toBe(2);
});

test("a service that goes while it unpacks leaves the job to the next one", async () => {
  const { bundles, hash } = await stored();
  const folder = await temporaryFolder();
  const first = waiting(bundles);
  const before = await localSetup({ bundles: first.store }, folder);
  const job = { ...commandJob("bash run.sh", { code: "src" }), bundle_sha256: hash };
  await before.backend.submit(job);
  await first.asked;
  await before.backend.close();
  // What a kill in the middle would have left.
  await writeFile(join(ownFolder(before.directory, job), "work", "run.sh"), "exit 1");
  await writeFile(join(before.directory, job.name, "bundle.zip.part"), "half");
  const after = await localSetup({ bundles }, folder);
  expect(await ended(after.backend, job)).toMatchObject({ status: "Completed" });
});
