import { describe, expect, test } from "vitest";
import type { ByteRange, FileContent } from "../../../../shared/core/ports/storage-ports.ts";
import { partBytes, readInParts } from "../../../../shared/service/jobs/read-in-parts.ts";
import { createMemoryJobFiles } from "../../../support/memory/job-files.ts";

const size = 3 * partBytes + 10;
const bytes = Buffer.alloc(size, "abcdefghijk");

async function setUp(content = bytes) {
  const files = createMemoryJobFiles();
  await files.append("iris", "a", 0, content);
  const asked: (ByteRange | undefined)[] = [];
  const open = async (range?: ByteRange): Promise<FileContent | undefined> => {
    asked.push(range);
    return files.read("iris", "a", range);
  };
  return { files, open, asked };
}

async function all({ body }: { readonly body: AsyncIterable<Uint8Array> }): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const part of body) parts.push(part);
  return Buffer.concat(parts);
}

describe("a file", () => {
  test.each<[ByteRange | undefined, number, number]>([
    [undefined, 0, size],
    [{ start: 5 }, 5, size],
    [{ start: 5, end: 9 }, 5, 10],
    [{ start: partBytes, end: 3 * partBytes }, partBytes, 3 * partBytes + 1],
    [{ start: 5, end: 10 * size }, 5, size],
    [{ suffix: 7 }, size - 7, size],
    [{ suffix: size - 1 }, 1, size],
  ])("in the range %j is read from %i to %i, part by part", async (range, start, end) => {
    const { open } = await setUp();
    const content = await readInParts(open, range);
    expect(content).toMatchObject({ size, start, length: end - start });
    if (content !== undefined) expect((await all(content)).equals(bytes.subarray(start, end))).toBe(true);
  });

  test("is read only as far as its body is consumed", async () => {
    const { open, asked } = await setUp();
    const content = await readInParts(open);
    expect(asked).toEqual([{ start: 0, end: partBytes - 1 }]);
    const parts = content?.body[Symbol.asyncIterator]();
    await parts?.next();
    expect(asked).toHaveLength(1);
    await parts?.next();
    expect(asked).toEqual([
      { start: 0, end: partBytes - 1 },
      { start: partBytes, end: 2 * partBytes - 1 },
    ]);
  });

  test("that fits into one part takes one read", async () => {
    const { open, asked } = await setUp(Buffer.from("hello"));
    const content = await readInParts(open);
    expect([content && (await all(content)).toString(), asked.length]).toEqual(["hello", 1]);
  });

  test("that is empty can be read, but not by range", async () => {
    const { open } = await setUp(Buffer.alloc(0));
    expect(await readInParts(open)).toMatchObject({ size: 0, length: 0 });
    await expect(readInParts(open, { start: 0 })).rejects.toMatchObject({ code: "range_not_satisfiable" });
  });

  test("that does not exist is undefined", async () => {
    expect(await readInParts(async () => undefined)).toBeUndefined();
  });
});

describe("a file that changes while it is read", () => {
  test("may grow, and the body ends at the old size", async () => {
    const { open, files } = await setUp();
    const content = await readInParts(open);
    await files.append("iris", "a", size, Buffer.from("more"));
    if (content !== undefined) expect((await all(content)).equals(bytes)).toBe(true);
  });

  test.each([
    ["goes away", undefined],
    ["becomes shorter", bytes.subarray(0, 2 * partBytes)],
    ["becomes another one", Buffer.alloc(size, "x")],
  ])("ends its body with an error when it %s", async (_what, then) => {
    const { open, files } = await setUp();
    const content = await readInParts(open);
    await files.deleteAll("iris");
    if (then !== undefined) await files.append("iris", "a", 0, then);
    if (content !== undefined) await expect(all(content)).rejects.toMatchObject({ code: "conflict" });
  });
});
