import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { ServiceError } from "../../../../shared/core/errors.ts";
import type { JobFilesReader } from "../../../../shared/core/job/load-job.ts";
import type { BundleStore } from "../../../../shared/core/ports/storage-ports.ts";
import { sha256 } from "../../../../shared/core/text/digest.ts";
import { submitJob } from "../../../../shared/service/jobs/submit-job.ts";
import { sweepBundles } from "../../../../shared/service/maintenance/sweep-bundles.ts";
import { createWorld, submission, type World } from "../../../support/memory/world.ts";

const files: JobFilesReader = { kind: () => "folder", read: () => undefined };
const hour = 3_600_000;

async function onDisk(content: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "jobgate-sweep-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const zip = join(folder, "bundle.zip");
  await writeFile(zip, content);
  return zip;
}

/** Submits a job with a bundle of this content. */
async function submit(world: World, name: string, content: string): Promise<void> {
  await submitJob(
    world,
    submission({ name, code: "src" }, { bundle: { sha256: sha256(content), files, zip: await onDisk(content) } }),
  );
}

const storedBundles = async (bundles: BundleStore) =>
  (await Array.fromAsync(bundles.list())).map((bundle) => bundle.sha256);

test("only bundles without a job and without a renewal for a day are removed", async () => {
  const world = createWorld();
  await submit(world, "iris", "used");
  await world.bundles.put(sha256("forgotten"), await onDisk("forgotten"));
  await world.bundles.put(sha256("renewed"), await onDisk("renewed"));
  world.clock.advance(20 * hour);
  await world.bundles.renew(sha256("renewed"));
  expect(await sweepBundles(world)).toEqual({ bundles: 3, removed: 0, unreadable: [] });
  world.clock.advance(5 * hour);
  expect(await sweepBundles(world)).toEqual({ bundles: 3, removed: 1, unreadable: [] });
  expect(await storedBundles(world.bundles)).toEqual([sha256("used"), sha256("renewed")]);
});

test("a bundle of two jobs is kept when one of them is deleted", async () => {
  const world = createWorld();
  await submit(world, "iris", "shared");
  await submit(world, "rose", "shared");
  const iris = await world.records.get("iris");
  await world.records.delete("iris", iris?.etag ?? "");
  world.clock.advance(25 * hour);
  expect(await sweepBundles(world)).toEqual({ bundles: 1, removed: 0, unreadable: [] });
  const rose = await world.records.get("rose");
  await world.records.delete("rose", rose?.etag ?? "");
  expect(await sweepBundles(world)).toEqual({ bundles: 1, removed: 1, unreadable: [] });
});

test("a bundle that a new job uses while the records are read is kept", async () => {
  const world = createWorld();
  await world.bundles.put(sha256("taken"), await onDisk("taken"));
  await submitJob(world, submission({ name: "rose" }));
  world.clock.advance(25 * hour);
  const records: World["records"] = {
    ...world.records,
    names: async function* () {
      yield* world.records.names();
      await submit(world, "iris", "taken");
    },
  };
  expect(await sweepBundles({ ...world, records })).toEqual({ bundles: 1, removed: 0, unreadable: [] });
  expect(await storedBundles(world.bundles)).toEqual([sha256("taken")]);
});

test.each(["record_damaged", "record_too_new"] as const)(
  "no bundle is removed while a record is %s, and its job is reported",
  async (code) => {
    const world = createWorld();
    await submit(world, "iris", "used");
    await submit(world, "rose", "other");
    await world.bundles.put(sha256("forgotten"), await onDisk("forgotten"));
    world.clock.advance(25 * hour);
    const unreadable = () => Promise.reject(new ServiceError(code, "The record of job iris cannot be read."));
    const records: World["records"] = {
      ...world.records,
      get: (name, options) => (name === "iris" ? unreadable() : world.records.get(name, options)),
    };
    expect(await sweepBundles({ ...world, records })).toEqual({ bundles: 3, removed: 0, unreadable: ["iris"] });
    expect(await sweepBundles(world)).toEqual({ bundles: 3, removed: 1, unreadable: [] });
  },
);

test("an outage of storage ends the sweep", async () => {
  const world = createWorld();
  await submit(world, "iris", "used");
  world.clock.advance(25 * hour);
  const records: World["records"] = {
    ...world.records,
    get: () => Promise.reject(new ServiceError("unavailable", "down")),
  };
  await expect(sweepBundles({ ...world, records })).rejects.toMatchObject({ code: "unavailable" });
});
