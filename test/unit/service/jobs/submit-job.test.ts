import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { ServiceError } from "../../../../shared/core/errors.ts";
import type { JobFilesReader } from "../../../../shared/core/job/load-job.ts";
import type { OpenJobs } from "../../../../shared/core/ports/open-jobs.ts";
import type { BundleStore, RecordStore } from "../../../../shared/core/ports/storage-ports.ts";
import type { Submission } from "../../../../shared/core/records/submission.ts";
import { sha256 } from "../../../../shared/core/text/digest.ts";
import { checkJob } from "../../../../shared/service/jobs/check-job.ts";
import { rerunJob } from "../../../../shared/service/jobs/rerun-job.ts";
import { submitJob } from "../../../../shared/service/jobs/submit-job.ts";
import { healJobs } from "../../../../shared/service/lifecycle/heal-jobs.ts";
import { passTime } from "../../../support/memory/pass-time.ts";
import { createWorld, submission, type World } from "../../../support/memory/world.ts";

const refusal = (code: string) => expect.objectContaining({ code });

async function everythingIn(world: World, name: string) {
  const entry = (await world.index.query({ limit: 200 })).entries.find((found) => found.name === name);
  return {
    record: (await world.records.get(name))?.value,
    row: (await world.openJobs.get(name))?.value,
    dump: await world.dumps.get(name),
    entry,
  };
}

describe("a new job", () => {
  test("is a record, a row, a dump, an index entry and a message", async () => {
    const world = createWorld();
    const { record, created, warnings } = await submitJob(world, submission());
    expect({ created, warnings }).toEqual({ created: true, warnings: [] });
    const kept = await everythingIn(world, "iris");
    expect(kept.record).toEqual(record);
    expect(kept.row).toMatchObject({ name: "iris", submission_id: record.submission_id, published_seq: 0 });
    expect(kept.dump).toBe(record.dump);
    expect(kept.entry).toMatchObject({ name: "iris", status: "NotStarted", revision: 1 });
    expect(world.queues.dispatches).toEqual([{ schema_version: 1, name: "iris", submission_id: record.submission_id }]);
  });

  test("is NotStarted, with its first timeline entry, its creator and its experiment", async () => {
    const { record } = await submitJob(createWorld(), submission({ name: "iris", experiment_name: "flowers" }));
    const at = "2026-03-01T12:00:00.000Z";
    expect(record).toMatchObject({
      status: "NotStarted",
      experiment_name: "flowers",
      timeline: [{ seq: 1, status: "NotStarted", at, source: "service" }],
      creation_context: { created_at: at, created_by: "local", created_by_type: "User" },
      revision: 1,
    });
  });

  test.each([
    [undefined, "Default"],
    ["drops/My Experiment", "MyExperiment"],
    ["drops/flowers/", "flowers"],
    ["drops/Prüfung v1.2", "Prufungv1-2"],
    [`drops/${"x".repeat(300)}`, "x".repeat(256)],
    ["drops/日本", "Default"],
    ["/", "Default"],
  ])("without an experiment from the folder %j belongs to %s", async (folder, experiment) => {
    const { record } = await submitJob(
      createWorld(),
      submission({ name: "iris" }, folder === undefined ? {} : { folder }),
    );
    expect(record.experiment_name).toBe(experiment);
  });

  test("with an empty experiment belongs to that of the folder", async () => {
    const { record } = await submitJob(createWorld(), submission({ experiment_name: "" }, { folder: "drops/flowers" }));
    expect(record.experiment_name).toBe("flowers");
    expect(record.dump).toContain("experiment_name: flowers\n");
  });

  test("without a name gets one, also in its dump", async () => {
    const { record } = await submitJob(createWorld(), submission({}));
    expect(record.name).toMatch(/^[a-z]+_[a-z]+_[a-z0-9]+$/);
    expect(record.dump).toContain(`name: ${record.name}\n`);
  });

  test("gets its openjobs row first, then its record, then its projections", async () => {
    const world = createWorld();
    const order: string[] = [];
    const noted = <P extends object>(what: string, port: P): P =>
      new Proxy(port, {
        get: (target, key) => {
          const value: unknown = Reflect.get(target, key);
          if (typeof value !== "function") return value;
          return (...args: unknown[]) => {
            order.push(`${what}.${String(key)}`);
            return Reflect.apply(value, target, args);
          };
        },
      });
    const ports = {
      ...world,
      records: noted("records", world.records),
      openJobs: noted("openJobs", world.openJobs),
      dumps: noted("dumps", world.dumps),
      index: noted("index", world.index),
      queues: noted("queues", world.queues),
    };
    await submitJob(ports, submission({}));
    expect(order).toEqual(["openJobs.put", "records.create", "dumps.put", "index.put", "queues.sendDispatch"]);
  });

  test("has its row, also if the process was suspended before the commit and healing deleted the row", async () => {
    const world = createWorld();
    const create: World["records"]["create"] = async (record, options) => {
      world.clock.advance(11 * 60_000);
      expect(await healJobs(world)).toMatchObject({ removed: 1 });
      return world.records.create(record, options);
    };
    const { record } = await submitJob({ ...world, records: { ...world.records, create } }, submission());
    expect((await world.openJobs.get("iris"))?.value).toMatchObject({
      submission_id: record.submission_id,
      published_seq: 0,
    });
    await passTime(world, 1);
    expect(world.events.published.map(({ seq }) => seq)).toEqual([1, 2]);
  });

  test("is a success whatever fails after the commit", async () => {
    const world = createWorld();
    const down = async () => {
      throw new ServiceError("unavailable", "down");
    };
    const ports = {
      ...world,
      dumps: { ...world.dumps, put: down },
      index: { ...world.index, put: down },
      queues: { ...world.queues, sendDispatch: down },
    };
    expect((await submitJob(ports, submission())).created).toBe(true);
  });
});

describe("a repeated submission", () => {
  const first = submission({ name: "iris", tags: { a: "1", b: "2" } });

  test.each<[string, Submission]>([
    ["the very same", first],
    ["the same with its fields in another order", submission({ tags: { b: "2", a: "1" }, name: "iris" })],
    [
      "the same as YAML",
      {
        ...first,
        format: "yaml",
        source:
          "name: iris\ntags: {a: '1', b: '2'}\ntype: command\ncommand: echo hello world\nenvironment: azureml:cpu@latest\n",
      },
    ],
    ["the same under the name of the URL", submission({ tags: { a: "1", b: "2" } }, { name: "iris" })],
  ])("%s returns the existing job", async (_what, again) => {
    const world = createWorld();
    const { record } = await submitJob(world, first);
    expect(await submitJob(world, again)).toMatchObject({ created: false, record });
    expect(world.queues.dispatches).toHaveLength(1);
  });

  test("with another job is rejected", async () => {
    const world = createWorld();
    await submitJob(world, first);
    await expect(submitJob(world, submission({ name: "iris", tags: { a: "3" } }))).rejects.toEqual(
      refusal("job_exists"),
    );
  });

  test("by another owner is rejected without details of the job", async () => {
    const world = createWorld();
    await submitJob(world, first);
    const error = await submitJob(world, { ...first, owner: "inbox" }).catch((thrown: unknown) => thrown);
    expect(error).toEqual(refusal("name_taken"));
    expect((error as ServiceError).message).toBe("The name iris is taken.");
  });

  test("of a job that is being deleted is rejected with a time to wait", async () => {
    const world = createWorld();
    await submitJob(world, first);
    const found = await world.records.get("iris");
    await world.records.replace(
      { ...found?.value, deleted_at: "2026-03-01T12:00:00.000Z" } as never,
      found?.etag ?? "",
    );
    await expect(submitJob(world, first)).rejects.toMatchObject({ code: "conflict", retryAfterSeconds: 5 });
  });

  test("at the same moment creates one job", async () => {
    const world = createWorld();
    const all = await Promise.all(Array.from({ length: 5 }, () => submitJob(world, first)));
    expect(all.filter(({ created }) => created)).toHaveLength(1);
    expect(new Set(all.map(({ record }) => record.submission_id)).size).toBe(1);
    const row = await world.openJobs.get("iris");
    expect(row?.value.submission_id).toBe(all[0]?.record.submission_id);
  });
});

describe("a condition", () => {
  const refuse = () => {
    throw new ServiceError("precondition_failed", "No.");
  };

  test("is checked with the existing job or none, before anything is stored", async () => {
    const world = createWorld();
    const seen: (number | undefined)[] = [];
    const condition = (revision: number | undefined) => {
      seen.push(revision);
      refuse();
    };
    await expect(submitJob(world, submission({ name: "new" }, { condition }))).rejects.toMatchObject({
      code: "precondition_failed",
    });
    expect([await world.records.get("new"), await world.openJobs.get("new")]).toEqual([undefined, undefined]);
    await submitJob(world, submission());
    await expect(submitJob(world, submission({ name: "iris" }, { condition }))).rejects.toMatchObject({
      code: "precondition_failed",
    });
    expect(seen).toEqual([undefined, 1]);
  });

  test("is not checked if the submission is rejected anyway", async () => {
    const world = createWorld();
    await submitJob(world, submission());
    await expect(
      submitJob(world, submission({ name: "iris", tags: { a: "b" } }, { condition: refuse })),
    ).rejects.toMatchObject({ code: "job_exists" });
    await expect(
      submitJob(world, submission({ name: "iris" }, { condition: refuse, owner: "bob" })),
    ).rejects.toMatchObject({ code: "name_taken" });
  });
});

describe("a job with a bundle", () => {
  const files: JobFilesReader = { kind: (path) => (path === "src" ? "folder" : undefined), read: () => undefined };

  async function bundled(content = "zip", fields: Record<string, unknown> = {}): Promise<Submission> {
    const folder = await mkdtemp(join(tmpdir(), "jobgate-submit-"));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    const zip = join(folder, "bundle.zip");
    await writeFile(zip, content);
    return submission({ name: "iris", code: "src", ...fields }, { bundle: { sha256: sha256(content), files, zip } });
  }

  test("stores its bundle before the commit, and refers to it", async () => {
    const world = createWorld();
    const order: string[] = [];
    const bundles: BundleStore = {
      ...world.bundles,
      put: async (...args) => world.bundles.put(...args).then(() => void order.push("bundle")),
    };
    const openJobs: OpenJobs = {
      ...world.openJobs,
      put: async (...args) => world.openJobs.put(...args).finally(() => void order.push("row")),
    };
    const { record } = await submitJob({ ...world, bundles, openJobs }, await bundled());
    expect(order).toEqual(["bundle", "row"]);
    expect(record.bundle_sha256).toBe(sha256("zip"));
    expect((await world.bundles.read(sha256("zip")))?.size).toBe(3);
  });

  test("has no warning for files in it, and an issue with its position for missing files", async () => {
    const given = await bundled();
    expect(checkJob(createWorld(), given)).toMatchObject({ submittable: true, warnings: [] });
    const { bundle: _, ...without } = given;
    expect(checkJob(createWorld(), without)).toMatchObject({
      submittable: false,
      warnings: [{ code: "needs_bundle", pointer: "/code" }],
    });
    const error = await submitJob(createWorld(), await bundled("zip", { code: "sources" })).catch(
      (thrown: unknown) => thrown,
    );
    expect(error).toMatchObject({
      code: "invalid_job",
      issues: [{ code: "file_not_found", pointer: "/code", line: 1 }],
    });
  });

  test("is the same job only with the same bundle", async () => {
    const world = createWorld();
    await submitJob(world, await bundled());
    expect((await submitJob(world, await bundled())).created).toBe(false);
    await expect(submitJob(world, await bundled("another"))).rejects.toEqual(refusal("job_exists"));
    expect(await world.bundles.read(sha256("another"))).toBeUndefined();
  });

  test("is not stored if its bundle cannot be stored", async () => {
    const world = createWorld();
    const put = async () => {
      throw new ServiceError("unavailable", "down");
    };
    await expect(submitJob({ ...world, bundles: { ...world.bundles, put } }, await bundled())).rejects.toEqual(
      refusal("unavailable"),
    );
    expect(await everythingIn(world, "iris")).toEqual({
      record: undefined,
      row: undefined,
      dump: undefined,
      entry: undefined,
    });
  });

  test("is rerun with its bundle, which is renewed", async () => {
    const world = createWorld();
    await submitJob(world, await bundled());
    const [before] = await Array.fromAsync(world.bundles.list());
    const { record } = await rerunJob(world, "iris", { owner: "local", createdBy: { name: "local", type: "User" } });
    const [after] = await Array.fromAsync(world.bundles.list());
    expect(record).toMatchObject({ bundle_sha256: sha256("zip"), rerun_of: "iris" });
    expect(record.dump).toContain("code: src\n");
    expect(after?.etag).not.toBe(before?.etag);
  });

  test("in a folder of the bundle has paths that start there, and that folder as its experiment", async () => {
    const world = createWorld();
    const given = async (folder: string): Promise<Submission> => {
      const { bundle, ...rest } = await bundled("zip", { code: "../../src" });
      return { ...rest, bundle: { ...(bundle as NonNullable<Submission["bundle"]>), folder } };
    };
    const { record } = await submitJob(world, await given("jobs/my train"));
    expect(record).toMatchObject({ bundle_folder: "jobs/my train", experiment_name: "mytrain" });
    expect((await submitJob(world, await given("jobs/my train"))).created).toBe(false);
    await expect(submitJob(world, await given("jobs/tune"))).rejects.toEqual(refusal("job_exists"));
    await expect(submitJob(world, await given("jobs"))).rejects.toEqual(refusal("invalid_job"));
    const again = await rerunJob(world, "iris", { owner: "local", createdBy: { name: "local", type: "User" } });
    expect(again.record).toMatchObject({ bundle_folder: "jobs/my train", experiment_name: "mytrain" });
    expect(again.record.dump).toContain("code: ../../src\n");
  });

  test("cannot be rerun if its bundle was deleted", async () => {
    const world = createWorld();
    await submitJob(world, await bundled());
    const [there] = await Array.fromAsync(world.bundles.list());
    await world.bundles.delete(there?.sha256 ?? "", there?.etag ?? "");
    await expect(
      rerunJob(world, "iris", { owner: "local", createdBy: { name: "local", type: "User" } }),
    ).rejects.toEqual(refusal("bundle_not_found"));
  });
});

describe("an idempotency key", () => {
  const keyed = (fields: Record<string, unknown>, more: Partial<Submission> = {}) =>
    submission(fields, { idempotencyKey: "k1", ...more });

  test("returns the job of its first use", async () => {
    const world = createWorld();
    const { record } = await submitJob(world, keyed({}));
    expect(await submitJob(world, keyed({}))).toMatchObject({ created: false, record: { name: record.name } });
  });

  test("with another job is rejected", async () => {
    const world = createWorld();
    await submitJob(world, keyed({}));
    await expect(submitJob(world, keyed({ display_name: "another" }))).rejects.toEqual(refusal("idempotency_mismatch"));
  });

  test("of another owner is another key", async () => {
    const world = createWorld();
    const mine = await submitJob(world, keyed({}));
    const theirs = await submitJob(world, keyed({}, { owner: "inbox" }));
    expect([theirs.created, theirs.record.name === mine.record.name]).toEqual([true, false]);
  });

  test("is ignored if the job has a name, which is then the key", async () => {
    const world = createWorld();
    await submitJob(world, keyed({ name: "iris" }));
    await expect(submitJob(world, keyed({ name: "iris", display_name: "x" }))).rejects.toEqual(refusal("job_exists"));
    expect((await submitJob(world, keyed({ name: "rose" }))).created).toBe(true);
  });
});

describe("when it is unknown whether the job was stored", () => {
  const cut = (records: RecordStore, after: boolean): RecordStore => ({
    ...records,
    create: async (record, options) => {
      if (after) await records.create(record, options);
      throw new ServiceError("unavailable", "cut");
    },
  });

  test.each([true, false])(
    "the answer is 503 with the name, and a PUT under it is the same job (stored: %s)",
    async (stored) => {
      const world = createWorld();
      const error = await submitJob({ ...world, records: cut(world.records, stored) }, submission({})).catch(
        (thrown: unknown) => thrown,
      );
      expect(error).toMatchObject({ code: "unavailable", retryAfterSeconds: 5, extra: { name: expect.any(String) } });
      const { name } = (error as ServiceError).extra as { name: string };
      expect(await submitJob(world, submission({}, { name }))).toMatchObject({ created: !stored, record: { name } });
    },
  );

  test("a retried request that finds its own record is a success", async () => {
    const world = createWorld();
    const retried: RecordStore = {
      ...world.records,
      create: async (record, options) => {
        await world.records.create(record, options);
        return world.records.create(record, options);
      },
    };
    expect((await submitJob({ ...world, records: retried }, submission())).created).toBe(true);
    expect(world.queues.dispatches).toHaveLength(1);
  });

  test.each(["there is nothing", "nobody answers"])("a taken name under which %s is an outage", async (what) => {
    const world = createWorld();
    let reads = 0;
    const records: RecordStore = {
      ...world.records,
      create: async () => {
        throw new ServiceError("conflict", "taken");
      },
      get: async () => {
        reads += 1;
        if (what === "nobody answers" && reads > 1) throw new Error("cut");
        return undefined;
      },
    };
    await expect(submitJob({ ...world, records }, submission())).rejects.toMatchObject({
      code: "unavailable",
      extra: { name: "iris" },
    });
  });

  test("an outage before anything was stored is thrown unchanged", async () => {
    const world = createWorld();
    const put = async () => {
      throw new ServiceError("unavailable", "down");
    };
    await expect(submitJob({ ...world, openJobs: { ...world.openJobs, put } }, submission())).rejects.toMatchObject({
      code: "unavailable",
      extra: {},
    });
  });
});

describe("a rejected submission stores nothing", () => {
  const unsupported = [{ pointer: "/type", code: "unsupported_by_backend", message: "No such thing." }];

  test.each<[string, Submission, string, World]>([
    ["no job at all", { ...submission(), source: "[]" }, "invalid_job", createWorld()],
    ["an unknown field", submission({ comand: "x" }), "invalid_job", createWorld()],
    ["a name of its own that no job can have", submission({ name: "../x" }), "invalid_job", createWorld()],
    ["a name in the URL that no job can have", submission({}, { name: "../x" }), "invalid_name", createWorld()],
    ["a name unlike that of the URL", submission({ name: "a" }, { name: "b" }), "name_mismatch", createWorld()],
    ["what the backend cannot run", submission(), "unsupported_by_backend", createWorld({ unsupported })],
  ])("%s", async (_what, wrong, code, world) => {
    await expect(submitJob(world, wrong)).rejects.toEqual(refusal(code));
    expect((await world.index.query({ limit: 1 })).entries).toEqual([]);
    expect((await world.openJobs.due(new Date("2030-01-01"))).jobs).toEqual([]);
    expect(world.queues.dispatches).toEqual([]);
  });

  test.each([
    ["where its field is written", "command: echo\ntype: command\nenvironment: azureml:e:1\n", { line: 2, column: 7 }],
    [
      "at the top of the document when it is not written",
      "# A job\ncommand: echo\nenvironment: azureml:e:1\n",
      { line: 2, column: 1 },
    ],
  ])("with the position %s", async (_where, source, place) => {
    const refused = submitJob(createWorld({ unsupported }), { ...submission(), source, format: "yaml" });
    await expect(refused).rejects.toMatchObject({ issues: [{ pointer: "/type", ...place }] });
  });

  test("and has every issue", async () => {
    const wrong = submission({ comand: "x", descripton: "y" });
    const error = (await submitJob(createWorld(), wrong).catch((thrown: unknown) => thrown)) as ServiceError;
    expect(error.issues.map(({ pointer }) => pointer).toSorted()).toEqual(["/comand", "/descripton"]);
  });
});
