import { describe, expect, test } from "vitest";
import { neverPolled, type OpenJobs } from "../../../shared/core/ports/open-jobs.ts";
import { sampleRow } from "../../support/samples.ts";

const conflict = expect.objectContaining({ code: "conflict" });
const minute = (at: number) => new Date(Date.UTC(2026, 2, 1, 12, at));
const later = (at: number) => minute(at).toISOString();

/** Contract of every OpenJobs. @param create returns an empty one. */
export function openJobsContract(adapter: string, create: () => OpenJobs): void {
  describe(`open jobs: ${adapter}`, () => {
    test("a missing row is undefined", async () => {
      expect(await create().get("iris")).toBeUndefined();
    });

    test("a row is read as it was written, with its ETag", async () => {
      const openJobs = create();
      const row = sampleRow("iris", {
        cancel: "requested",
        dispatched_at: later(1),
        sent_digest: "ab",
        sent_at: later(2),
        published_seq: 7,
      });
      const etag = await openJobs.put(row);
      expect(await openJobs.get("iris")).toEqual({ value: row, etag });
    });

    test("a row is replaced with all its fields", async () => {
      const openJobs = create();
      await openJobs.put(sampleRow("iris", { cancel: "requested" }));
      await openJobs.put(sampleRow("iris", { submission_id: "new" }));
      expect((await openJobs.get("iris"))?.value).toEqual(sampleRow("iris", { submission_id: "new" }));
    });

    test("a merge changes only the given fields", async () => {
      const openJobs = create();
      const etag = await openJobs.put(sampleRow("iris", { cancel: "requested" }));
      await openJobs.merge("iris", { published_seq: 3, next_poll_at: later(5) });
      const found = await openJobs.get("iris");
      expect(found?.value).toEqual(
        sampleRow("iris", { cancel: "requested", published_seq: 3, next_poll_at: later(5) }),
      );
      expect(found?.etag).not.toBe(etag);
    });

    test("a merge into a missing row does nothing", async () => {
      const openJobs = create();
      await openJobs.merge("iris", { published_seq: 3 });
      await openJobs.put(sampleRow("another"));
      await openJobs.merge("iris", { published_seq: 3 });
      expect(await openJobs.get("iris")).toBeUndefined();
    });

    test("a merge with a stale ETag is a conflict", async () => {
      const openJobs = create();
      const etag = await openJobs.put(sampleRow("iris"));
      await openJobs.merge("iris", { published_seq: 1 }, { etag });
      await expect(openJobs.merge("iris", { published_seq: 2 }, { etag })).rejects.toEqual(conflict);
      expect((await openJobs.get("iris"))?.value.published_seq).toBe(1);
    });

    test("deleting a row twice with its ETag succeeds", async () => {
      const openJobs = create();
      const etag = await openJobs.put(sampleRow("iris"));
      await openJobs.delete("iris", etag);
      await openJobs.delete("iris", etag);
      expect(await openJobs.get("iris")).toBeUndefined();
    });

    test("deleting a row with a stale ETag is a conflict", async () => {
      const openJobs = create();
      const etag = await openJobs.put(sampleRow("iris"));
      await openJobs.merge("iris", { published_seq: 1 });
      await expect(openJobs.delete("iris", etag)).rejects.toEqual(conflict);
      expect(await openJobs.get("iris")).toBeDefined();
    });

    test("a merge of many changes each row, and missing rows stay missing", async () => {
      const openJobs = create();
      const all = Array.from({ length: 250 }, (_, at) => `job-${at}`);
      const gone = new Set(["job-3", "job-77", "job-249"]);
      await Promise.all(all.filter((name) => !gone.has(name)).map((name) => openJobs.put(sampleRow(name))));
      await openJobs.mergeMany(all.map((name, at) => ({ name, changes: { published_seq: at + 1 } })));
      const found = await Promise.all(all.map((name) => openJobs.get(name)));
      expect(found.map((row) => row?.value.published_seq)).toEqual(
        all.map((name, at) => (gone.has(name) ? undefined : at + 1)),
      );
    });

    test("a merge of many can contain a row twice: later changes win", async () => {
      const openJobs = create();
      await openJobs.put(sampleRow("iris"));
      await openJobs.mergeMany([
        { name: "iris", changes: { published_seq: 1, sent_digest: "a" } },
        { name: "iris", changes: { published_seq: 2 } },
      ]);
      expect((await openJobs.get("iris"))?.value).toMatchObject({ published_seq: 2, sent_digest: "a" });
    });

    test("a merge of none does nothing", async () => {
      await create().mergeMany([]);
    });

    test("due rows are sorted most overdue first", async () => {
      const openJobs = create();
      for (const [name, at] of Object.entries({ third: 3, first: 1, second: 2, later: 4 }))
        await openJobs.put(sampleRow(name, { next_poll_at: later(at) }));
      const { jobs } = await openJobs.due(minute(3));
      expect(jobs.map(({ value }) => value.name)).toEqual(["first", "second", "third"]);
      expect(jobs[0]).toEqual(await openJobs.get("first"));
    });

    test("before the first job nothing is due and no backend is paused", async () => {
      expect(await create().due(minute(0))).toEqual({ jobs: [], notBefore: new Map() });
    });

    test("due rows come with the paused backends and the end of each pause", async () => {
      const openJobs = create();
      await openJobs.setNotBefore("azureml", minute(8));
      await openJobs.setNotBefore("azureml", minute(9));
      await openJobs.setNotBefore("local", minute(1));
      const expected = new Map([
        ["azureml", minute(9)],
        ["local", minute(1)],
      ]);
      expect(await openJobs.due(minute(5))).toEqual({ jobs: [], notBefore: expected });
    });

    test("rows to heal are found by heal_at", async () => {
      const openJobs = create();
      await openJobs.put(sampleRow("now", { heal_at: later(1), next_poll_at: later(9) }));
      await openJobs.put(sampleRow("not-yet", { heal_at: later(9), next_poll_at: later(1) }));
      await openJobs.setNotBefore("local", minute(1));
      expect((await openJobs.toHeal(minute(1))).map(({ value }) => value.name)).toEqual(["now"]);
    });

    test("rows with a time beyond the given one are also due if requested", async () => {
      const openJobs = create();
      const times = (at: number) => ({ next_poll_at: later(at), heal_at: later(at) });
      for (const [name, at] of [
        ["now", 0],
        ["soon", 5],
        ["far", 59],
      ] as const)
        await openJobs.put(sampleRow(name, times(at)));
      // A finished job is never due.
      await openJobs.put(sampleRow("over", { next_poll_at: neverPolled, heal_at: later(5) }));
      await openJobs.setNotBefore("local", minute(58));
      const due = await openJobs.due(minute(1), { beyond: minute(30) });
      expect(due.jobs.map(({ value }) => value.name)).toEqual(["now", "far"]);
      expect(due.notBefore).toEqual(new Map([["local", minute(58)]]));
      expect((await openJobs.toHeal(minute(1), { beyond: minute(30) })).map(({ value }) => value.name)).toEqual([
        "now",
        "far",
      ]);
    });
  });
}
