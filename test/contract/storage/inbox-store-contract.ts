import { describe, expect, test } from "vitest";
import type { Drop, InboxStore } from "../../../shared/core/ports/inbox-ports.ts";
import { abortedSignal } from "../../support/samples.ts";

export interface InboxUnderTest {
  readonly inbox: InboxStore;
  /** Operations of the users who drop files. */
  drop(path: string, content: string | Uint8Array): Promise<unknown>;
  remove(path: string): Promise<unknown>;
}

/** Contract of every InboxStore. @param create returns one that does not exist yet. */
export function inboxStoreContract(adapter: string, create: () => InboxUnderTest): void {
  async function all(inbox: InboxStore): Promise<readonly Drop[]> {
    const drops: Drop[] = [];
    let continuation: string | undefined;
    do {
      const page = await inbox.page(continuation);
      drops.push(...page.drops);
      continuation = page.continuation;
    } while (continuation !== undefined);
    return drops;
  }

  async function textOf(inbox: InboxStore, { path, etag }: Pick<Drop, "path" | "etag">): Promise<string | undefined> {
    const content = await inbox.open(path, etag);
    if (content === undefined) return undefined;
    const chunks: Uint8Array[] = [];
    for await (const chunk of content.body) chunks.push(chunk);
    return Buffer.concat(chunks).toString();
  }

  describe(`inbox: ${adapter}`, () => {
    test("a missing inbox is empty", async () => {
      const { inbox } = create();
      expect([await inbox.find("a.yml"), await inbox.open("a.yml", '"1"'), await inbox.page()]).toEqual([
        undefined,
        undefined,
        { drops: [] },
      ]);
    });

    test("a file is found with size, time and ETag, and read as it was dropped", async () => {
      const { inbox, drop } = create();
      const earliest = Date.now() - 2000;
      await drop("a/train.yml", "command: ü\r\n");
      const found = await inbox.find("a/train.yml");
      expect(found).toMatchObject({ path: "a/train.yml", size: 13, etag: expect.stringMatching(/^".+"$/) });
      expect(Date.parse(found?.modified_at ?? "")).toBeGreaterThan(earliest);
      expect(await textOf(inbox, found as Drop)).toBe("command: ü\r\n");
      expect(await all(inbox)).toEqual([found]);
    });

    test("a file with another ETag counts as missing", async () => {
      const { inbox, drop, remove } = create();
      await drop("a.yml", "first");
      const first = (await inbox.find("a.yml")) as Drop;
      await drop("a.yml", "second");
      const second = (await inbox.find("a.yml")) as Drop;
      expect(second.etag).not.toBe(first.etag);
      expect([await textOf(inbox, first), await textOf(inbox, second)]).toEqual([undefined, "second"]);
      await remove("a.yml");
      expect([await inbox.find("a.yml"), await textOf(inbox, second)]).toEqual([undefined, undefined]);
    });

    test("names keep all characters", async () => {
      const { inbox, drop } = create();
      const names = [
        "with blank.yml",
        "50%25 #1?&+=.yml",
        "größe/日本語 🙂.json",
        "a'b\"c<d>.yml",
        "e\u0301.yml",
        "\u00e9.yml",
      ];
      for (const name of names) await drop(name, name);
      const drops = await all(inbox);
      expect(new Set(drops.map(({ path }) => path))).toEqual(new Set(names));
      for (const found of drops) expect(await textOf(inbox, found)).toBe(found.path);
    });

    test("the pages contain every file once", async () => {
      const { inbox, drop } = create();
      const names = Array.from({ length: 10 }, (_, index) => `folder/${index}.yml`);
      for (const name of names) await drop(name, "x");
      expect((await all(inbox)).map(({ path }) => path)).toEqual(names);
    });

    test("a call ends when its signal is aborted", async () => {
      const { inbox } = create();
      const options = { signal: abortedSignal() };
      for (const call of [
        inbox.find("a.yml", options),
        inbox.open("a.yml", '"1"', options),
        inbox.page(undefined, options),
      ]) {
        await expect(call).rejects.toThrow("the caller gave up");
      }
    });
  });
}
