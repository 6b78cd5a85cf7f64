import { describe, expect, test } from "vitest";
import { ServiceError } from "../../../../shared/core/errors.ts";
import type { OpenDrop } from "../../../../shared/core/ports/inbox-ports.ts";
import type { Receipt } from "../../../../shared/core/records/receipt.ts";
import { processJobFile } from "../../../../shared/service/inbox/process-job-file.ts";
import { submitJob } from "../../../../shared/service/jobs/submit-job.ts";
import { createWorld, jobYaml, submission, type World } from "../../../support/memory/world.ts";
import { buildZip, zipOf } from "../../../support/zip.ts";

const plain = "command: echo hi\nenvironment: azureml:cpu@latest\n";

async function receiptOf(world: World, path: string): Promise<Receipt | undefined> {
  return (await world.receipts.get(path))?.receipt;
}

async function jobs(world: World): Promise<readonly string[]> {
  const names: string[] = [];
  for await (const name of world.records.names()) names.push(name);
  return names;
}

/** Drops and processes a file. */
async function dropAndProcess(world: World, path: string, content: string | Uint8Array): Promise<Receipt> {
  const result = await processJobFile(world, world.inbox.drop(path, content));
  if ("ignored" in result) throw new Error(`${path} was ignored: it ${result.ignored}`);
  return result.receipt;
}

describe("a dropped job file", () => {
  test("is submitted with the owner inbox, and its receipt names the job", async () => {
    const world = createWorld();
    const drop = world.inbox.drop("train.yml", plain);
    const { receipt } = (await processJobFile(world, { ...drop, sequencer: "0a" })) as { receipt: Receipt };
    const [name = ""] = await jobs(world);
    expect(receipt).toEqual({
      schema_version: 1,
      path: "train.yml",
      etag: drop.etag,
      sequencer: "0a",
      dropped_at: "2026-03-01T12:00:00.000Z",
      answered_at: "2026-03-01T12:00:00.000Z",
      outcome: "accepted",
      job: { name, url: `https://jobs.test/api/jobs/${name}`, status: "NotStarted", job_yml: `jobs/${name}/job.yml` },
      warnings: [],
    });
    expect(await receiptOf(world, "train.yml")).toEqual(receipt);
    expect((await world.records.get(name))?.value).toMatchObject({
      owner: "inbox",
      door: "inbox",
      experiment_name: "Default",
      creation_context: { created_by: "inbox", created_by_type: "Application" },
    });
    expect(world.queues.dispatches).toHaveLength(1);
  });

  test.each([
    ["vision/iris/train.yml", plain, "iris"],
    ["my team/train.yml", plain, "myteam"],
    ["équipe 1.0/train.yml", plain, "equipe1-0"],
    ["iris/train.yml", `${plain}experiment_name: own\n`, "own"],
    ["iris/bundle.zip", zipOf({ "job.yml": plain }), "iris"],
  ])("named %s gets its experiment from the folder, unless it has one: %#", async (path, content, experiment) => {
    const world = createWorld();
    const { job } = await dropAndProcess(world, path, content);
    expect((await world.records.get(job?.name ?? ""))?.value.experiment_name).toBe(experiment);
  });

  test("can be JSON, whose numbers keep their form, or YAML named .YAML", async () => {
    const world = createWorld();
    const json = await dropAndProcess(world, "a.json", jobYaml({ name: "a", limits: { timeout: 60 } }));
    const upper = await dropAndProcess(world, "b.YAML", `${plain}name: b\n`);
    expect([json.job?.name, upper.job?.name]).toEqual(["a", "b"]);
    expect((await dropAndProcess(world, "c.json", plain)).error).toMatchObject({
      code: "invalid_job",
      issues: [{ code: "invalid_syntax" }],
    });
  });

  test("gets its warnings in the receipt", async () => {
    const { outcome, warnings } = await dropAndProcess(createWorld(), "a.yml", `${plain}status: Completed\n`);
    expect(outcome).toBe("accepted");
    expect(warnings).toMatchObject([{ pointer: "/status", line: 3, blocks_submission: false }]);
  });

  test("can be a zip with the job at its top", async () => {
    const world = createWorld();
    const { job } = await dropAndProcess(
      world,
      "a.zip",
      zipOf({ "job.yml": `${plain}code: src\n`, "src/run.sh": "echo" }),
    );
    const sha256 = (await world.records.get(job?.name ?? ""))?.value.bundle_sha256 ?? "";
    expect(await world.bundles.read(sha256)).toBeDefined();
  });
});

test.each([
  [4, undefined],
  [5, 20],
  [10, 40],
  [3600, 45],
])("the job of a file that waited %i s is dispatched after another %s s", async (waited, delay) => {
  const world = createWorld();
  const drop = world.inbox.drop("a.yml", plain);
  world.clock.advance(waited * 1000);
  const delays: (number | undefined)[] = [];
  const sendDispatch: World["queues"]["sendDispatch"] = async (_message, options) =>
    void delays.push(options?.delaySeconds);
  await processJobFile({ ...world, queues: { ...world.queues, sendDispatch } }, drop);
  expect(delays).toEqual([delay]);
});

describe("a refusal", () => {
  test("is a receipt with every issue, its line and column, and is final", async () => {
    const world = createWorld();
    const drop = world.inbox.drop("a.yml", "comand: x\nlimits:\n  timeout: soon\n");
    const { receipt } = (await processJobFile(world, drop)) as { receipt: Receipt };
    expect(receipt).toMatchObject({
      outcome: "refused",
      error: { code: "invalid_job", message: "The job is not valid: 3 issues." },
    });
    expect(receipt.error?.issues?.map(({ pointer, line, column }) => [pointer, line, column])).toContainEqual([
      "/limits/timeout",
      3,
      12,
    ]);
    expect(receipt).not.toHaveProperty("job");
    expect(await processJobFile(world, drop)).toEqual({ ignored: "already has a receipt" });
    expect(world.inbox.opened).toEqual(["a.yml"]);
  });

  test.each<[string, string, string | Uint8Array, string]>([
    ["a file that is no YAML", "a.yml", "a: [", "invalid_job"],
    ["bytes that are no text", "a.yml", Buffer.from([0xff, 0xfe, 0, 1]), "invalid_job"],
    ["a type that the backend cannot run", "a.yml", "type: unsupported", "invalid_job"],
    ["a zip that is none", "a.zip", plain, "invalid_bundle"],
    ["a zip without a job", "a.zip", zipOf({ "readme.md": "x" }), "invalid_bundle"],
    [
      "a zip that leads out of itself",
      "a.zip",
      buildZip([
        { name: "job.yml", content: plain },
        { name: "../evil", content: "x" },
      ]),
      "invalid_bundle",
    ],
    ["a zip bomb", "a.zip", zipOf({ "job.yml": plain, bomb: Buffer.alloc(16_000_000) }), "invalid_bundle"],
    ["local files without a bundle", "a.yml", `${plain}code: src\n`, "invalid_job"],
    [
      "a secret",
      "a.yml",
      `${plain}environment_variables: {A: b}\ninputs: {d: {type: uri_file, path: "https://user:hunter2@example.org/x"}}\n`,
      "invalid_job",
    ],
  ])("of %s says so", async (_what, path, content, code) => {
    const world = createWorld();
    const receipt = await dropAndProcess(world, path, content);
    expect(receipt).toMatchObject({ outcome: "refused", error: { code } });
    expect(JSON.stringify(receipt)).not.toContain("hunter2");
    expect(await jobs(world)).toEqual([]);
  });

  test.each([
    ["a.yml", 262_145, 262_144],
    ["a.zip", 1024 * 1024 + 1, 1024 * 1024],
  ])(
    "of %s with %i bytes reads nothing, and opens nothing where the event says the size",
    async (path, size, limit) => {
      const world = createWorld();
      const { size: _s, ...drop } = world.inbox.drop(path, Buffer.alloc(size, 32));
      const { error } = ((await processJobFile(world, drop)) as { receipt: Receipt }).receipt;
      const open = () => Promise.reject(new Error("It was opened."));
      const repeated = await processJobFile(
        { ...world, inbox: { ...world.inbox, open } },
        world.inbox.drop(path, Buffer.alloc(size, 32)),
      );
      expect(repeated).toMatchObject({ receipt: { error } });
      expect(error).toEqual({
        code: "body_too_large",
        message: `The file has ${size} bytes; at most ${limit} are allowed.`,
      });
      expect(world.inbox.opened).toEqual([]);
    },
  );

  test.each([
    "../jobs/iris/record.json",
    "a\nb.yml",
    "a//b.yml",
    "/a.yml",
    "a/./b.yml",
    "a\\b.yml",
    `${"x".repeat(1020)}.yml`,
    "\u0001.yml",
    "\ud800.yml",
  ])("of the invalid name %j is written without a read of the inbox, under a path of its own", async (path) => {
    const world = createWorld();
    const drop = world.inbox.drop(path, plain);
    const receipt = await processJobFile(world, drop);
    expect(receipt).toMatchObject({ receipt: { path, outcome: "refused", error: { code: "invalid_name" } } });
    expect([world.inbox.opened, await jobs(world), world.receipts.places()]).toEqual([
      [],
      [],
      [expect.stringMatching(/^invalid-names\/[0-9a-f]{64}\.receipt\.json$/)],
    ]);
    expect(await processJobFile(world, drop)).toEqual({ ignored: "already has a receipt" });
  });

  test("names the differing fields of another job with the same name; an equal job is the same job", async () => {
    const world = createWorld();
    await submitJob(world, submission({ name: "theirs" }));
    expect((await dropAndProcess(world, "theirs.yml", `${plain}name: theirs\n`)).error).toMatchObject({
      code: "name_taken",
    });
    await dropAndProcess(world, "mine.yml", `${plain}name: mine\n`);
    expect((await dropAndProcess(world, "mine.yml", `${plain}name: mine\ndisplay_name: other\n`)).error).toMatchObject({
      code: "job_exists",
    });
    expect(await dropAndProcess(world, "copy.yml", `${plain}name: mine\n`)).toMatchObject({
      outcome: "accepted",
      job: { name: "mine" },
    });
    expect(await jobs(world)).toEqual(["mine", "theirs"]);
  });
});

describe("a repeated event", () => {
  test("is ignored after one read of the receipt, a thousand times", async () => {
    const world = createWorld();
    const drop = world.inbox.drop("a.yml", plain);
    await processJobFile(world, drop);
    const reads = world.receipts.reads();
    await Promise.all(Array.from({ length: 1000 }, () => processJobFile(world, drop)));
    expect([world.receipts.reads() - reads, world.inbox.opened.length, (await jobs(world)).length]).toEqual([
      1000, 1, 1,
    ]);
  });

  test("processed concurrently gives one job and one receipt", async () => {
    const world = createWorld();
    const drop = world.inbox.drop("a.yml", plain);
    const all = await Promise.all(Array.from({ length: 8 }, () => processJobFile(world, drop)));
    const names = new Set(all.flatMap((one) => ("receipt" in one ? [one.receipt.job?.name] : [])));
    expect([[...names], world.receipts.places()]).toEqual([await jobs(world), ["a.yml.receipt.json"]]);
  });

  test("for new content gives a new job, whose receipt replaces the first", async () => {
    const world = createWorld();
    const [first, second] = [await dropAndProcess(world, "a.yml", plain), await dropAndProcess(world, "a.yml", plain)];
    expect(first.job?.name).not.toBe(second.job?.name);
    expect(await receiptOf(world, "a.yml")).toEqual(second);
    expect(await jobs(world)).toHaveLength(2);
  });
});

describe("ignored without a receipt", () => {
  const ignored = { ignored: "was overwritten or deleted" };

  test("a file that was deleted or overwritten before it is processed", async () => {
    const world = createWorld();
    const old = world.inbox.drop("a.yml", plain);
    world.inbox.drop("a.yml", `${plain}name: newer\n`);
    const gone = world.inbox.drop("b.yml", plain);
    world.inbox.remove("b.yml");
    expect([await processJobFile(world, old), await processJobFile(world, gone)]).toEqual([ignored, ignored]);
    expect([world.receipts.places(), await jobs(world)]).toEqual([[], []]);
  });

  test("a file that was too large and has been overwritten by a smaller one", async () => {
    const world = createWorld();
    const old = world.inbox.drop("a.yml", Buffer.alloc(300_000, 32));
    world.inbox.drop("a.yml", plain);
    expect(await processJobFile(world, old)).toEqual(ignored);
    expect(world.receipts.places()).toEqual([]);
  });

  test("a file that is overwritten or deleted while it is processed", async () => {
    const world = createWorld();
    const drop = world.inbox.drop("a.yml", plain);
    const inbox = {
      ...world.inbox,
      open: async (path: string, etag: string): Promise<OpenDrop | undefined> => {
        world.inbox.remove(path);
        return world.inbox.open(path, etag);
      },
    };
    expect(await processJobFile({ ...world, inbox }, drop)).toEqual(ignored);
    expect([world.receipts.places(), await jobs(world)]).toEqual([[], []]);
  });

  test("an event older than that of a later content, though the file has its content again", async () => {
    const world = createWorld();
    const drop = world.inbox.drop("a.yml", plain);
    await processJobFile(world, { ...drop, sequencer: "0b" });
    const back = world.inbox.drop("a.yml", plain);
    expect(await processJobFile(world, { ...back, sequencer: "0a" })).toEqual({ ignored: "already has a receipt" });
    expect(await jobs(world)).toHaveLength(1);
  });

  test("an empty file", async () => {
    const world = createWorld();
    expect(await processJobFile(world, world.inbox.drop("a.yml"))).toEqual({ ignored: "is empty" });
  });
});

describe("a transient error", () => {
  test.each([
    ["an outage", new ServiceError("unavailable", "Nobody answers.", { retryAfterSeconds: 2 })],
    ["a throttled service", new ServiceError("throttled", "Too much.", { retryAfterSeconds: 2 })],
    ["an error of our own", new TypeError("x is not a function")],
  ])("%s gives no receipt, and the next try gives one job", async (_what, error) => {
    const world = createWorld();
    const drop = world.inbox.drop("a.yml", plain);
    let fails = true;
    const receipts = {
      ...world.receipts,
      put: async (...args: Parameters<World["receipts"]["put"]>) => {
        if (fails) throw error;
        return world.receipts.put(...args);
      },
    };
    await expect(processJobFile({ ...world, receipts }, drop)).rejects.toBe(error);
    expect(world.receipts.places()).toEqual([]);
    fails = false;
    expect(await processJobFile(world, drop)).toMatchObject({ receipt: { outcome: "accepted" } });
    expect(await jobs(world)).toHaveLength(1);
  });

  test("the name of a job that is being deleted is not available yet", async () => {
    const world = createWorld();
    await dropAndProcess(world, "a.yml", `${plain}name: again\n`);
    const stored = await world.records.get("again");
    if (stored === undefined) throw new Error("There is no job.");
    await world.records.replace({ ...stored.value, deleted_at: "2026-03-01T12:00:00.000Z" }, stored.etag);
    await expect(processJobFile(world, world.inbox.drop("a.yml", `${plain}name: again\n`))).rejects.toMatchObject({
      code: "conflict",
    });
  });
});

describe("a receipt", () => {
  test("replaces an invalid receipt", async () => {
    const world = createWorld();
    world.receipts.scribble("a.yml", "mine!");
    expect(await dropAndProcess(world, "a.yml", plain)).toMatchObject({ outcome: "accepted" });
    expect(await receiptOf(world, "a.yml")).toMatchObject({ outcome: "accepted" });
  });

  test("of a later content stays when an earlier one is processed after it", async () => {
    const world = createWorld();
    const old = world.inbox.drop("a.yml", plain);
    const records = {
      ...world.records,
      create: async (...args: Parameters<World["records"]["create"]>) => {
        if (world.receipts.places().length === 0) {
          world.clock.advance(1000);
          await dropAndProcess(world, "a.yml", `${plain}name: newer\n`);
        }
        return world.records.create(...args);
      },
    };
    await processJobFile({ ...world, records }, old);
    expect(await receiptOf(world, "a.yml")).toMatchObject({ job: { name: "newer" } });
  });
});
