import { describe, expect, test } from "vitest";
import type { RecordStore } from "../../../shared/core/ports/storage-ports.ts";
import { abortedSignal, sampleRecord } from "../../support/samples.ts";

const conflict = expect.objectContaining({ code: "conflict" });

/** Contract of every RecordStore. @param create returns an empty one. */
export function recordStoreContract(adapter: string, create: () => RecordStore): void {
  describe(`records: ${adapter}`, () => {
    test("a missing record is undefined", async () => {
      expect(await create().get("iris")).toBeUndefined();
    });

    test("a record is read as it was created, with its ETag", async () => {
      const records = create();
      const etag = await records.create(sampleRecord());
      expect(await records.get("iris")).toEqual({ value: sampleRecord(), etag });
    });

    test("creating an existing record is a conflict and changes nothing", async () => {
      const records = create();
      await records.create(sampleRecord());
      await expect(records.create(sampleRecord({ owner: "another" }))).rejects.toEqual(conflict);
      expect((await records.get("iris"))?.value.owner).toBe("local");
    });

    test("of many concurrent creations of the same record one succeeds", async () => {
      const records = create();
      const tries = Array.from({ length: 8 }, (_, at) => records.create(sampleRecord({ submission_id: String(at) })));
      const ended = await Promise.allSettled(tries);
      const [winner, ...others] = ended.flatMap(({ status }, at) => (status === "fulfilled" ? [at] : []));
      expect(others).toEqual([]);
      expect((await records.get("iris"))?.value.submission_id).toBe(String(winner));
    });

    test("replacing a record with its ETag changes the ETag", async () => {
      const records = create();
      const etag = await records.create(sampleRecord());
      const next = await records.replace(sampleRecord({ revision: 2 }), etag);
      expect(next).not.toBe(etag);
      expect(await records.get("iris")).toEqual({ value: sampleRecord({ revision: 2 }), etag: next });
    });

    test("replacing a record with a stale ETag is a conflict", async () => {
      const records = create();
      const etag = await records.create(sampleRecord());
      await records.replace(sampleRecord({ revision: 2 }), etag);
      await expect(records.replace(sampleRecord({ revision: 3 }), etag)).rejects.toEqual(conflict);
      expect((await records.get("iris"))?.value.revision).toBe(2);
    });

    test("replacing a deleted record is a conflict and does not create it", async () => {
      const records = create();
      const etag = await records.create(sampleRecord());
      await records.delete("iris", etag);
      await expect(records.replace(sampleRecord({ revision: 2 }), etag)).rejects.toEqual(conflict);
      expect(await records.get("iris")).toBeUndefined();
    });

    test("deleting a record twice with its ETag succeeds", async () => {
      const records = create();
      const etag = await records.create(sampleRecord());
      await records.delete("iris", etag);
      await records.delete("iris", etag);
      expect(await records.get("iris")).toBeUndefined();
    });

    test("deleting a record with a stale ETag is a conflict", async () => {
      const records = create();
      const etag = await records.create(sampleRecord());
      await records.replace(sampleRecord({ revision: 2 }), etag);
      await expect(records.delete("iris", etag)).rejects.toEqual(conflict);
      expect(await records.get("iris")).toBeDefined();
    });

    test("names that differ in case are different records", async () => {
      const records = create();
      await records.create(sampleRecord());
      expect(await records.get("Iris")).toBeUndefined();
    });

    test("the names of all records are listed, each once", async () => {
      const records = create();
      const all = ["b", "a-b", "a", "a0", "_x"];
      for (const name of all) await records.create(sampleRecord({ name }));
      const listed: string[] = [];
      for await (const name of records.names()) listed.push(name);
      expect(listed).toHaveLength(all.length);
      expect(new Set(listed)).toEqual(new Set(all));
    });

    test("without records the list of names is empty", async () => {
      for await (const name of create().names()) expect.fail(`${name} is listed`);
    });

    test("a canceled call throws the reason of the caller", async () => {
      await expect(create().get("iris", { signal: abortedSignal() })).rejects.toThrow("the caller gave up");
    });
  });
}
