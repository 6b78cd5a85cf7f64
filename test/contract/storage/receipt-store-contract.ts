import { describe, expect, test } from "vitest";
import type { ReceiptStore } from "../../../shared/core/ports/inbox-ports.ts";
import type { Receipt } from "../../../shared/core/records/receipt.ts";
import { abortedSignal } from "../../support/samples.ts";

export interface ReceiptsUnderTest {
  readonly receipts: ReceiptStore;
  /** Writes any text at the path of a receipt. */
  scribble(path: string, text: string): Promise<unknown>;
}

function receipt(path: string, changes: Partial<Receipt> = {}): Receipt {
  return {
    schema_version: 1,
    path,
    etag: '"0x1"',
    answered_at: "2026-03-01T12:00:00.000Z",
    outcome: "refused",
    error: { code: "invalid_job", message: "ü 🙂" },
    ...changes,
  };
}

/** Contract of every ReceiptStore. @param create returns an empty one. */
export function receiptStoreContract(adapter: string, create: () => ReceiptsUnderTest): void {
  describe(`receipts: ${adapter}`, () => {
    test.each([
      "train.yml",
      "größe/日本語 #1?.yml",
      "../jobs/iris/record.json",
      "a\nb.yml",
      "x".repeat(1024),
      "\u0001.yml",
    ])("the receipt of %j is read as it was written", async (path) => {
      const { receipts } = create();
      expect(await receipts.get(path)).toBeUndefined();
      await receipts.put(receipt(path), undefined);
      expect(await receipts.get(path)).toEqual({ receipt: receipt(path), etag: expect.any(String) });
    });

    test("a new receipt requires that none exists, and a replacement requires the ETag", async () => {
      const { receipts } = create();
      await receipts.put(receipt("a.yml"), undefined);
      await expect(receipts.put(receipt("a.yml"), undefined)).rejects.toMatchObject({ code: "conflict" });
      const etag = (await receipts.get("a.yml"))?.etag;
      await receipts.put(receipt("a.yml", { etag: '"0x2"' }), etag);
      await expect(receipts.put(receipt("a.yml"), etag)).rejects.toMatchObject({ code: "conflict" });
      expect((await receipts.get("a.yml"))?.receipt?.etag).toBe('"0x2"');
    });

    test("one of eight concurrent writes succeeds", async () => {
      const { receipts } = create();
      await receipts.put(receipt("first.yml"), undefined);
      const outcomes = await Promise.allSettled(
        Array.from({ length: 8 }, () => receipts.put(receipt("a.yml"), undefined)),
      );
      expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    });

    test("an invalid receipt can be replaced", async () => {
      const { receipts, scribble } = create();
      await receipts.put(receipt("first.yml"), undefined);
      await scribble("a.yml", "mine!");
      const stored = await receipts.get("a.yml");
      expect(stored).toEqual({ receipt: undefined, etag: expect.any(String) });
      await receipts.put(receipt("a.yml"), stored?.etag);
      expect((await receipts.get("a.yml"))?.receipt).toEqual(receipt("a.yml"));
    });

    test("a call ends when its signal is aborted", async () => {
      const { receipts } = create();
      const options = { signal: abortedSignal() };
      await expect(receipts.get("a.yml", options)).rejects.toThrow("the caller gave up");
      await expect(receipts.put(receipt("a.yml"), undefined, options)).rejects.toThrow("the caller gave up");
    });
  });
}
