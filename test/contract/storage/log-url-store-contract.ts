import { describe, expect, test } from "vitest";
import type { LogUrlStore, SignedLogUrls } from "../../../shared/core/ports/storage-ports.ts";

const urls: SignedLogUrls = {
  urls: { "user_logs/std_log.txt": "https://logs.test/a?sig=x%2By" },
  expires_at: "2026-03-01T13:00:00.000Z",
  refreshed_at: "2026-03-01T12:00:00.000Z",
};

/** Contract of every LogUrlStore. @param create returns an empty one. */
export function logUrlStoreContract(adapter: string, create: () => LogUrlStore): void {
  describe(`log URLs: ${adapter}`, () => {
    test("missing URLs are undefined", async () => {
      expect(await create().get("iris")).toBeUndefined();
    });

    test("URLs are read as they were written", async () => {
      const store = create();
      await store.put("iris", urls);
      expect(await store.get("iris")).toEqual(urls);
    });

    test("newer URLs replace older ones", async () => {
      const store = create();
      await store.put("iris", urls);
      await store.put("iris", { ...urls, urls: {} });
      expect(await store.get("iris")).toEqual({ ...urls, urls: {} });
    });

    test("deleting URLs twice succeeds", async () => {
      const store = create();
      await store.put("iris", urls);
      await store.delete("iris");
      await store.delete("iris");
      expect(await store.get("iris")).toBeUndefined();
    });
  });
}
