import { describe, expect, test } from "vitest";
import { type BytePart, openFileRange, totalBytes } from "../../../../shared/core/ports/open-file-range.ts";
import type { ByteRange } from "../../../../shared/core/ports/storage-ports.ts";

const text = "0123456789";

/** A source that returns bytes of `file` as Azurite does, e.g. no bytes for a range that starts at the end. */
function sourceOf(file: string | undefined) {
  const opened: (BytePart | undefined)[] = [];
  const closed: true[] = [];
  return {
    opened,
    closed,
    size: async () => file?.length,
    async open(part: BytePart | undefined) {
      opened.push(part);
      if (file === undefined) return undefined;
      const bytes = Buffer.from(file.slice(part?.start ?? 0, part?.end === undefined ? undefined : part.end + 1));
      const body = (async function* () {
        yield bytes;
      })();
      const content = { size: file.length, length: bytes.length, etag: '"1"', body };
      return { content, close: () => void closed.push(true) };
    },
  };
}

async function read(file: string, range?: ByteRange): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of (await openFileRange(sourceOf(file), range))?.body ?? []) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

test.each<[ByteRange | undefined, string]>([
  [undefined, text],
  [{ start: 3 }, "3456789"],
  [{ start: 3, end: 5 }, "345"],
  [{ suffix: 2 }, "89"],
  [{ suffix: 100 }, text],
])("reads the bytes of range %j", async (range, expected) => {
  expect(await read(text, range)).toBe(expected);
});

test("reports the size, the first byte and the number of bytes", async () => {
  expect(await openFileRange(sourceOf(text), { suffix: 4 })).toMatchObject({ size: 10, start: 6, length: 4 });
});

test.each<ByteRange | undefined>([undefined, { start: 1 }, { suffix: 1 }])(
  "returns undefined for range %j of a missing file",
  async (range) => {
    expect(await openFileRange(sourceOf(undefined), range)).toBeUndefined();
  },
);

describe("a range outside of the file is not satisfiable", () => {
  test.each<[ByteRange, string]>([
    [{ start: 10 }, text],
    [{ start: 99 }, text],
    [{ suffix: 0 }, text],
    [{ suffix: 5 }, ""],
    [{ start: 0 }, ""],
  ])("%j of %j", async (range, file) => {
    await expect(openFileRange(sourceOf(file), range)).rejects.toMatchObject({
      code: "range_not_satisfiable",
      headers: { "content-range": `bytes */${file.length}` },
    });
  });

  test("and the response that was opened for it is closed", async () => {
    const source = sourceOf(text);
    await openFileRange(source, { start: 10 }).catch(() => undefined);
    expect(source.closed).toEqual([true]);
  });
});

test("a suffix becomes a range that starts at a byte, because blob storage has no suffix ranges", async () => {
  const source = sourceOf(text);
  await openFileRange(source, { suffix: 3 });
  expect(source.opened).toEqual([{ start: 7, end: 9 }]);
});

test.each([
  ["bytes 0-9/120", 120],
  ["bytes */7", 7],
  ["bytes 0-9/*", undefined],
  [undefined, undefined],
])("the total of the header %j is %s", (header, total) => {
  expect(totalBytes(header)).toBe(total);
});
