import { beforeEach, describe, expect, test } from "vitest";
import { ServiceError } from "../../../../shared/core/errors.ts";
import { indexEntry } from "../../../../shared/core/records/index-entry.ts";
import { editedJob } from "../../../../shared/core/records/job-document.ts";
import { deleteJob } from "../../../../shared/service/jobs/delete-job.ts";
import { editJob } from "../../../../shared/service/jobs/edit-job.ts";
import { submitJob } from "../../../../shared/service/jobs/submit-job.ts";
import { applyUpdate } from "../../../../shared/service/lifecycle/apply-update.ts";
import { healJobs } from "../../../../shared/service/lifecycle/heal-jobs.ts";
import { pollJobs } from "../../../../shared/service/lifecycle/poll-jobs.ts";
import { jobReader } from "../../../support/job-reader.ts";
import { expectSettled } from "../../../support/memory/expect-settled.ts";
import { withFailure } from "../../../support/memory/failing-ports.ts";
import { deliverAll, passTime } from "../../../support/memory/pass-time.ts";
import { createWorld, submission, type World } from "../../../support/memory/world.ts";

let world: World;
const by = { name: "ada", type: "User" };
const fields = { name: "iris", display_name: "Iris", tags: { kind: "test" }, properties: { a: "1" } };

beforeEach(start);

async function start(): Promise<void> {
  world = createWorld();
  await submitJob(world, submission(fields));
  await deliverAll(world);
}

async function finish(): Promise<void> {
  world.backend.say("iris", { status: "Completed" });
  await passTime(world, 1);
  await expectSettled(world, "iris");
}

const record = async () => (await world.records.get("iris"))?.value;
const row = async () => (await world.openJobs.get("iris"))?.value;

describe("an edit", () => {
  test("changes texts, adds and removes tags, adds properties and archives", async () => {
    const edit = { display_name: "Rose", tags: { kind: null, color: "red" }, properties: { b: "2" }, archived: true };
    const edited = await editJob(world, "iris", { edit, by });
    const { display_name, tags, properties } = editedJob(jobReader, edited);
    expect({ display_name, tags, properties, archived: edited.archived }).toEqual({
      display_name: "Rose",
      tags: { color: "red" },
      properties: { a: "1", b: "2" },
      archived: true,
    });
    expect(edited.creation_context).toMatchObject({
      created_by: "local",
      last_modified_by: "ada",
      last_modified_at: world.clock.now().toISOString(),
    });
    expect(await world.index.get("iris", edited.creation_context.created_at)).toEqual(indexEntry(jobReader, edited));
  });

  test("that removes an edited tag is discarded at once if the backend shows no jobs", async () => {
    await editJob(world, "iris", { edit: { tags: { color: "red" } }, by });
    expect((await editJob(world, "iris", { edit: { tags: { color: null } }, by })).edits).toEqual({});
    expect((await editJob(world, "iris", { edit: { tags: { kind: null } }, by })).edits).toEqual({
      tags: { kind: null },
    });
  });

  test("does not change the dump", async () => {
    const before = await record();
    await editJob(world, "iris", { edit: { display_name: "Rose" }, by });
    expect([(await record())?.dump, await world.dumps.get("iris")]).toEqual([before?.dump, before?.dump]);
  });

  test("adds to earlier edits", async () => {
    await editJob(world, "iris", { edit: { tags: { color: "red" } }, by });
    await editJob(world, "iris", { edit: { tags: { size: "3" } }, by });
    expect(editedJob(jobReader, (await record()) as never).tags).toEqual({ kind: "test", color: "red", size: "3" });
  });

  test.each([
    {},
    { display_name: "Iris" },
    { tags: { kind: "test", gone: null } },
    { properties: { a: "1" } },
    { archived: false, description: null },
  ])("that changes nothing (%j) writes nothing", async (edit) => {
    const before = [await record(), await world.openJobs.get("iris")];
    expect(await editJob(world, "iris", { edit, by })).toEqual(before[0]);
    expect([await record(), await world.openJobs.get("iris")]).toEqual(before);
  });

  test("changes nothing else of a running job", async () => {
    await editJob(world, "iris", { edit: { display_name: "Rose" }, by });
    await finish();
    expect(await record()).toMatchObject({ status: "Completed", edits: { display_name: "Rose" } });
    expect(world.backend.started).toEqual(["iris"]);
  });

  test("of a job that does not exist is rejected", async () => {
    await expect(editJob(world, "rose", { edit: { archived: true }, by })).rejects.toMatchObject({
      code: "job_not_found",
    });
  });

  test("is a success whatever fails after it was stored", async () => {
    await finish();
    const put = async () => {
      throw new ServiceError("unavailable", "down");
    };
    expect(
      await editJob({ ...world, index: { ...world.index, put } }, "iris", { edit: { archived: true }, by }),
    ).toMatchObject({ archived: true });
    expect(await row()).toBeDefined();
    await passTime(world, 2);
    await expectSettled(world, "iris");
  });
});

describe("an edit is rejected", () => {
  test.each([
    ["of an existing property", { properties: { a: "2" } }, "/properties/a", "property_exists"],
    ["with a tag that is too long", { tags: { kind: "x".repeat(1001) } }, "/tags/kind", "too_long"],
    [
      "with too many tags",
      { tags: Object.fromEntries(Array.from({ length: 50 }, (_, index) => [`t${index}`, ""])) },
      "/tags",
      "too_many",
    ],
    [
      "with too many properties",
      { properties: Object.fromEntries(Array.from({ length: 50 }, (_, index) => [`p${index}`, ""])) },
      "/properties",
      "too_many",
    ],
    ["with a secret", { description: "https://user:hunter2@host.test/" }, "/description", "inline_secret"],
  ])("%s", async (_what, edit, pointer, code) => {
    const before = await record();
    await expect(editJob(world, "iris", { edit, by })).rejects.toMatchObject({
      code: "invalid_request",
      issues: [{ pointer, code }],
    });
    expect(await record()).toEqual(before);
  });

  test("for a revision that is not the current one", async () => {
    const { revision } = (await record()) ?? { revision: 0 };
    await expect(
      editJob(world, "iris", { edit: { archived: true }, by, expected: [revision - 1] }),
    ).rejects.toMatchObject({ code: "precondition_failed" });
    expect(await editJob(world, "iris", { edit: { archived: true }, by, expected: [1, revision] })).toMatchObject({
      archived: true,
    });
  });

  test("for the revision that was read, if another writer was faster", async () => {
    const { revision } = (await record()) ?? { revision: 0 };
    const edits = ["Rose", "Lily"].map((display_name) =>
      editJob(world, "iris", { edit: { display_name }, by, expected: [revision] }),
    );
    const outcomes = await Promise.allSettled(edits);
    expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    expect(outcomes.find((outcome) => outcome.status === "rejected")?.reason).toMatchObject({
      code: "precondition_failed",
    });
  });
});

describe("an edit of a finished job", () => {
  beforeEach(finish);

  test("creates its openjobs row before the record is written, and deletes it again", async () => {
    let open: unknown;
    const replace: World["records"]["replace"] = async (next, etag, options) => {
      open = await row();
      return world.records.replace(next, etag, options);
    };
    await editJob({ ...world, records: { ...world.records, replace } }, "iris", { edit: { archived: true }, by });
    expect(open).toMatchObject({ name: "iris", published_seq: 3 });
    await expectSettled(world, "iris");
    expect(await record()).toMatchObject({ archived: true });
  });

  test("publishes no event again", async () => {
    const before = world.events.published.length;
    await editJob(world, "iris", { edit: { archived: true }, by });
    await passTime(world, 2);
    expect(world.events.published).toHaveLength(before);
  });

  test.each(["before", "after"] as const)("heals from a crash %s any of its calls", async (when) => {
    const { ports, calls } = withFailure(world, { kind: "crash", call: -1, when });
    await editJob(ports, "iris", { edit: { archived: true }, by });
    for (let call = 1; call <= calls(); call += 1) {
      await start();
      await finish();
      const faulty = withFailure(world, { kind: "crash", call, when });
      await editJob(faulty.ports, "iris", { edit: { archived: true }, by }).catch(() => undefined);
      await passTime(world, 3);
      await expectSettled(world, "iris");
    }
  });

  test("protects its row from healing and late messages until it has ended", async () => {
    const late = {
      schema_version: 1,
      name: "iris",
      submission_id: (await record())?.submission_id,
      kind: "not_found",
      observed_at: "2026-03-01T12:30:00.000Z",
    };
    const replace: World["records"]["replace"] = async (next, etag, options) => {
      await applyUpdate(world, late);
      await healJobs(world);
      expect(await row()).toBeDefined();
      return world.records.replace(next, etag, options);
    };
    await editJob({ ...world, records: { ...world.records, replace } }, "iris", { edit: { archived: true }, by });
    await expectSettled(world, "iris");
  });
});

describe("an edit and the end of the job at the same time", () => {
  test.each([0, 1, 2, 3, 4, 5, 6, 7])(
    "leave both in the record and in the index (edit after %i calls)",
    async (after) => {
      world.backend.say("iris", { status: "Completed" });
      world.clock.advance(5000);
      await pollJobs(world);
      const update = world.queues.updates.shift();
      let calls = 0;
      const interrupted = <P extends object>(port: P): P =>
        new Proxy(port, {
          get: (target, key) => {
            const value: unknown = Reflect.get(target, key);
            if (typeof value !== "function") return value;
            return async (...args: unknown[]) => {
              calls += 1;
              if (calls === after) await editJob(world, "iris", { edit: { archived: true }, by });
              return Reflect.apply(value, target, args);
            };
          },
        });
      const ports = {
        ...world,
        records: interrupted(world.records),
        openJobs: interrupted(world.openJobs),
        index: interrupted(world.index),
      };
      await applyUpdate(ports, update);
      if (calls < after || after === 0) await editJob(world, "iris", { edit: { archived: true }, by });
      await passTime(world, 3);
      expect(await expectSettled(world, "iris")).toMatchObject({ status: "Completed", archived: true });
    },
  );
});

test("an edit of a job that is being deleted is rejected as not found", async () => {
  await finish();
  await deleteJob(
    { ...world, backend: { ...world.backend, purge: () => Promise.reject(new ServiceError("unavailable", "down")) } },
    "iris",
  );
  await expect(editJob(world, "iris", { edit: { archived: true }, by })).rejects.toMatchObject({
    code: "job_not_found",
  });
});
