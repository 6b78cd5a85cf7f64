// biome-ignore-all lint/suspicious/noTemplateCurlyInString: Azure ML writes its bindings so
import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { ServiceError } from "../../../../../shared/core/errors.ts";
import type { BackendJob } from "../../../../../shared/core/ports/backend-port.ts";
import type { BundleStore } from "../../../../../shared/core/ports/storage-ports.ts";
import { sha256 } from "../../../../../shared/core/text/digest.ts";
import { systemClock } from "../../../../../shared/lib/clock.ts";
import {
  commandJob,
  type LocalSetup,
  localSetup,
  ownFolder,
  temporaryFolder,
} from "../../../../contract/backends/local-jobs.ts";
import { waitForEnd, waitForStatus } from "../../../../contract/backends/observe-job.ts";
import { createMemoryBundles } from "../../../../support/memory/bundles.ts";
import { buildZip, type ZipEntry } from "../../../../support/zip.ts";

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

/** A backend, and a function that creates jobs with a bundle of these files. */
async function setup(
  files: readonly ZipEntry[] = entries,
): Promise<LocalSetup & { readonly job: (command: string, fields?: object) => BackendJob }> {
  const bytes = buildZip(files);
  const bundles = createMemoryBundles();
  const zip = join(await temporaryFolder(), "bundle.zip");
  await writeFile(zip, bytes);
  await bundles.put(sha256(bytes), zip);
  return {
    ...(await localSetup({ bundles })),
    job: (command, fields = {}) => ({ ...commandJob(command, { ...fields }), bundle_sha256: sha256(bytes) }),
  };
}

test("runs the command in the folder of code", async () => {
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
])("accepts %s as code", async (code, line) => {
  const { run, log, job } = await setup();
  const mine = job("ls -A | sort | xargs echo has", { code });
  expect(await run(mine)).toMatchObject({ status: "Completed" });
  expect(await log(mine)).toContain(`\n${line}\n`);
});

test("resolves the paths of a job from its folder in the bundle", async () => {
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
    ".amlignore before .gitignore",
    [
      { name: "src/.gitignore", content: "*" },
      { name: "src/.amlignore", content: "pkg\n.*ignore\n" },
    ],
    "has run.sh secret.env tool",
  ],
  [
    "no ignore file above or below the folder",
    [
      { name: ".amlignore", content: "*" },
      { name: "src/pkg/.amlignore", content: "*" },
    ],
    "has pkg run.sh secret.env tool",
  ],
])("applies %s to the code", async (_case, more, line) => {
  const { run, log, job } = await setup([...entries, ...more]);
  const mine = job("bash run.sh", { code: "src" });
  await run(mine);
  expect(await log(mine)).toContain(`\n${line}\n`);
});

test("passes data of the bundle as a file or a folder, without applying ignore files", async () => {
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
])("fails a job with the data %j: %s", async (input, message) => {
  const { run, job } = await setup();
  expect(await run(job("cat ${{inputs.x}}", { inputs: { x: input } }))).toMatchObject({
    status: "Failed",
    error: { code: "input_not_available_locally", message },
  });
});

test("rejects code without a bundle", async () => {
  const { backend } = await localSetup();
  await expect(backend.submit(commandJob("ls", { code: "src" }))).rejects.toMatchObject({
    name: "BackendRefusal",
    code: "code_not_available_locally",
  });
});

test("fails a job whose bundle is missing or has another checksum", async () => {
  const { run, job } = await setup();
  const gone = { ...job("ls", { code: "src" }), bundle_sha256: "0".repeat(64) };
  expect(await run(gone)).toMatchObject({
    status: "Failed",
    error: { code: "bundle_not_found", message: "The bundle of the job is no longer stored." },
  });

  const zip = join(await temporaryFolder(), "bundle.zip");
  await writeFile(zip, buildZip(entries));
  const bundles = createMemoryBundles();
  await bundles.put("0".repeat(64), zip);
  const other = await localSetup({ bundles });
  expect(await other.run({ ...job("ls", { code: "src" }), bundle_sha256: "0".repeat(64) })).toMatchObject({
    status: "Failed",
    error: { code: "bundle_not_found", message: expect.stringContaining("checksum") },
  });
});

/** A store whose reads wait until `release` is called or the caller aborts. */
function blockedStore(bundles: BundleStore): {
  readonly store: BundleStore;
  readonly requested: Promise<void>;
  readonly release: () => void;
} {
  const requested = Promise.withResolvers<void>();
  const open = Promise.withResolvers<void>();
  const store: BundleStore = {
    ...bundles,
    async read(hash, options) {
      requested.resolve();
      const aborted = new Promise<never>((_, reject) =>
        options?.signal?.addEventListener("abort", () => reject(options.signal?.reason), { once: true }),
      );
      await Promise.race([open.promise, aborted]);
      return bundles.read(hash, options);
    },
  };
  return { store, requested: requested.promise, release: () => open.resolve() };
}

async function stored(): Promise<{ readonly bundles: BundleStore; readonly hash: string }> {
  const bytes = buildZip(entries);
  const zip = join(await temporaryFolder(), "bundle.zip");
  await writeFile(zip, bytes);
  const bundles = createMemoryBundles();
  await bundles.put(sha256(bytes), zip);
  return { bundles, hash: sha256(bytes) };
}

test("reports Preparing while the bundle is downloaded, and can cancel the job", async () => {
  const { bundles, hash } = await stored();
  const { store, requested } = blockedStore(bundles);
  const { backend, directory } = await localSetup({ bundles: store });
  const job = { ...commandJob("touch ../started-anyway", { code: "src" }), bundle_sha256: hash };
  await backend.submit(job);
  await requested;
  expect(await waitForStatus(backend, job, "Preparing")).toMatchObject({ status: "Preparing" });
  await backend.cancel(job);
  expect(await waitForEnd(backend, job)).toMatchObject({ status: "Canceled" });
  expect(existsSync(join(directory, job.name, "started-anyway"))).toBe(false);
});

test("retries the download of a bundle after an outage of storage", async () => {
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
  const fastClock = {
    now: () => systemClock.now(),
    sleep: (ms: number, signal?: AbortSignal) => systemClock.sleep(Math.min(ms, 50), signal),
  };
  const { run } = await localSetup({ bundles: store, clock: fastClock });
  expect(await run({ ...commandJob("bash run.sh", { code: "src" }), bundle_sha256: hash })).toMatchObject({
    status: "Completed",
  });
  expect(calls).toBe(2);
});

test("prepares a job again whose service ended while it unpacked the bundle", async () => {
  const { bundles, hash } = await stored();
  const folder = await temporaryFolder();
  const first = blockedStore(bundles);
  const before = await localSetup({ bundles: first.store }, folder);
  const job = { ...commandJob("bash run.sh", { code: "src" }), bundle_sha256: hash };
  await before.backend.submit(job);
  await first.requested;
  await before.backend.close();
  // Files as a kill during the unpacking leaves them.
  await writeFile(join(ownFolder(before.directory, job), "work", "run.sh"), "exit 1");
  await writeFile(join(before.directory, job.name, "bundle.zip.part"), "half");
  const after = await localSetup({ bundles }, folder);
  expect(await waitForEnd(after.backend, job)).toMatchObject({ status: "Completed" });
});
