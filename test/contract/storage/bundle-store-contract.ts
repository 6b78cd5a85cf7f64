import { randomBytes } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import type { BundleStore, StoredBundle } from "../../../shared/core/ports/storage-ports.ts";
import { sha256 } from "../../../shared/core/text/digest.ts";

/** Contract of every BundleStore. @param create returns an empty one. */
export function bundleStoreContract(adapter: string, create: () => BundleStore): void {
  async function onDisk(bytes: Uint8Array): Promise<{ readonly hash: string; readonly zip: string }> {
    const folder = await mkdtemp(join(tmpdir(), "jobgate-bundles-"));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    const zip = join(folder, "bundle.zip");
    await writeFile(zip, bytes);
    return { hash: sha256(bytes), zip };
  }

  async function bytesOf(store: BundleStore, hash: string): Promise<Buffer | undefined> {
    const content = await store.read(hash);
    if (content === undefined) return undefined;
    const chunks: Uint8Array[] = [];
    for await (const chunk of content.body) chunks.push(chunk);
    return Buffer.concat(chunks);
  }

  const none = "0".repeat(64);

  async function listed(store: BundleStore): Promise<readonly StoredBundle[]> {
    const all: StoredBundle[] = [];
    for await (const bundle of store.list()) all.push(bundle);
    return all;
  }

  describe(`bundles: ${adapter}`, () => {
    test("a missing bundle is undefined and cannot be renewed", async () => {
      const store = create();
      expect([await store.read(none), await store.renew(none), await listed(store)]).toEqual([undefined, false, []]);
    });

    test.each([0, 1, 16_384, 4_194_303, 4_194_304, 9_000_000])(
      "a bundle of %i bytes is read as it was written",
      async (size) => {
        const store = create();
        const bytes = randomBytes(size);
        const { hash, zip } = await onDisk(bytes);
        await store.put(hash, zip);
        expect((await bytesOf(store, hash))?.equals(bytes)).toBe(true);
      },
    );

    test("an existing bundle is renewed, not written again", async () => {
      const store = create();
      const { hash, zip } = await onDisk(Buffer.from("first"));
      await store.put(hash, zip);
      const [before] = await listed(store);
      await writeFile(zip, "other");
      await store.put(hash, zip);
      const [after] = await listed(store);
      expect((await bytesOf(store, hash))?.toString()).toBe("first");
      expect(after?.etag).not.toBe(before?.etag);
      expect(await store.renew(hash)).toBe(true);
      expect((await listed(store))[0]?.etag).not.toBe(after?.etag);
    });

    test("concurrent writes of the same bundle all succeed", async () => {
      const store = create();
      const bytes = randomBytes(9_000_000);
      const { hash, zip } = await onDisk(bytes);
      await Promise.all([store.put(hash, zip), store.put(hash, zip), store.put(hash, zip)]);
      expect((await bytesOf(store, hash))?.equals(bytes)).toBe(true);
    });

    test("all bundles are listed with the time of the last renewal", async () => {
      const store = create();
      const all = await Promise.all(["a", "b"].map((text) => onDisk(Buffer.from(text))));
      const earliest = Date.now() - 2_000;
      for (const { hash, zip } of all) await store.put(hash, zip);
      const found = await listed(store);
      expect(found.map((bundle) => bundle.sha256).toSorted()).toEqual(all.map(({ hash }) => hash).toSorted());
      for (const { renewed_at } of found) expect(Date.parse(renewed_at)).toBeGreaterThan(earliest);
    });

    test("a bundle renewed in the meantime is not deleted, and deleting a missing bundle succeeds", async () => {
      const store = create();
      const { hash, zip } = await onDisk(Buffer.from("x"));
      await store.put(hash, zip);
      const [old] = await listed(store);
      await store.renew(hash);
      await expect(store.delete(hash, old?.etag ?? "")).rejects.toMatchObject({ code: "conflict" });
      const [now] = await listed(store);
      await store.delete(hash, now?.etag ?? "");
      await store.delete(hash, now?.etag ?? "");
      expect(await store.read(hash)).toBeUndefined();
    });
  });
}
