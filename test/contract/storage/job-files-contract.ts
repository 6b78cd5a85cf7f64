import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import type { ByteRange, FileContent, JobFiles } from "../../../shared/core/ports/storage-ports.ts";

const log = "user_logs/std_log.txt";
const text = "0123456789";

export async function bytesOf(content: FileContent | undefined): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const part of content?.body ?? []) parts.push(part);
  return Buffer.concat(parts);
}

async function withLog(create: () => JobFiles, content = text): Promise<JobFiles> {
  const files = create();
  await files.append("iris", log, 0, Buffer.from(content));
  return files;
}

/** Contract of every JobFiles. @param create returns an empty one. */
export function jobFilesContract(adapter: string, create: () => JobFiles): void {
  describe(`files of jobs: ${adapter}`, () => {
    describe("reading", () => readContract(create));
    describe("writing", () => writeContract(create));
    describe("listing", () => listContract(create));
  });
}

function readContract(create: () => JobFiles): void {
  test("a missing file is undefined", async () => {
    expect(await create().read("iris", log)).toBeUndefined();
    const files = await withLog(create);
    expect(await files.read("iris", "user_logs")).toBeUndefined();
    expect(await files.read("iris", log.toUpperCase())).toBeUndefined();
  });

  const ranges: readonly [ByteRange | undefined, string, number][] = [
    [undefined, text, 0],
    [{ start: 0 }, text, 0],
    [{ start: 4 }, "456789", 4],
    [{ start: 2, end: 4 }, "234", 2],
    [{ start: 9, end: 9 }, "9", 9],
    [{ start: 8, end: 500 }, "89", 8],
    [{ suffix: 3 }, "789", 7],
    [{ suffix: 500 }, text, 0],
  ];
  test.each(ranges)("the range %j is %j", async (range, expected, start) => {
    const content = await (await withLog(create)).read("iris", log, range);
    expect(content).toMatchObject({
      size: text.length,
      start,
      length: expected.length,
      etag: expect.stringMatching(/^"[^"]+"$/),
    });
    expect((await bytesOf(content)).toString()).toBe(expected);
  });

  test.each<ByteRange>([{ start: 10 }, { start: 500, end: 600 }, { suffix: 0 }])(
    "the range %j is not satisfiable, and the error has the size",
    async (range) => {
      const files = await withLog(create);
      const expected = { code: "range_not_satisfiable", headers: { "content-range": `bytes */${text.length}` } };
      await expect(files.read("iris", log, range)).rejects.toEqual(expect.objectContaining(expected));
    },
  );

  test("an empty file can be read, but no range of it", async () => {
    const files = create();
    await upload(files, "empty", "");
    const content = await files.read("iris", "empty");
    expect(content).toMatchObject({ size: 0, length: 0 });
    expect(await bytesOf(content)).toHaveLength(0);
    for (const range of [{ start: 0 }, { suffix: 1 }]) {
      await expect(files.read("iris", "empty", range)).rejects.toEqual(
        expect.objectContaining({ code: "range_not_satisfiable" }),
      );
    }
  });

  test("a range of a missing file is undefined", async () => {
    expect(await create().read("iris", log, { suffix: 1 })).toBeUndefined();
  });

  test("a body does not have to be read to its end", async () => {
    const content = await (await withLog(create, "x".repeat(1_000_000))).read("iris", log);
    for await (const part of content?.body ?? []) {
      expect(part.length).toBeGreaterThan(0);
      break;
    }
  });
}

async function upload(files: JobFiles, path: string, content: string | Uint8Array): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "jobgate-files-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  await writeFile(join(folder, "file"), content);
  await files.upload("iris", path, join(folder, "file"));
}

function writeContract(create: () => JobFiles): void {
  const read = async (files: JobFiles) => (await bytesOf(await files.read("iris", log))).toString();

  test("bytes are appended", async () => {
    const files = await withLog(create, "one ");
    await files.append("iris", log, 4, Buffer.from("two "));
    await files.append("iris", log, 8, Buffer.from("three"));
    expect(await read(files)).toBe("one two three");
  });

  test.each([
    ["all of it", 0, "one two"],
    ["its beginning", 4, "two three"],
    ["nothing new", 0, "one"],
  ])("existing bytes are not written twice: %s", async (_, offset, bytes) => {
    const files = await withLog(create, "one two");
    await files.append("iris", log, offset, Buffer.from(bytes));
    expect(await read(files)).toBe("one two three".slice(0, Math.max(7, offset + bytes.length)));
  });

  test("appending nothing changes nothing", async () => {
    const files = await withLog(create, "one");
    await files.append("iris", log, 3, new Uint8Array());
    expect(await read(files)).toBe("one");
  });

  test("a gap is an error and writes nothing", async () => {
    const files = await withLog(create, "one");
    await expect(files.append("iris", log, 4, Buffer.from("two"))).rejects.toThrow();
    expect(await read(files)).toBe("one");
    const empty = create();
    await expect(empty.append("iris", log, 1, Buffer.from("two"))).rejects.toThrow();
    expect(await empty.list("iris")).toEqual([]);
  });

  test("two concurrent appends of the same bytes write them once", async () => {
    const files = await withLog(create, "one ");
    await Promise.all([1, 2, 3].map(() => files.append("iris", log, 4, Buffer.from("two"))));
    expect(await read(files)).toBe("one two");
  });

  test("a file from disk is uploaded, and replaced by a second upload", async () => {
    const files = create();
    const bytes = Buffer.from([0, 255, 13, 10, 0]);
    await upload(files, "model/weights.bin", "before");
    await upload(files, "model/weights.bin", bytes);
    expect(await bytesOf(await files.read("iris", "model/weights.bin"))).toEqual(bytes);
  });
}

function listContract(create: () => JobFiles): void {
  test("a job without files has an empty list", async () => {
    expect(await create().list("iris")).toEqual([]);
  });

  test("only the files of the job are listed, with path, size and time", async () => {
    const files = await withLog(create);
    await files.append("iris", "system_logs/a b%20ü#?.txt", 0, Buffer.from("x"));
    await files.append("iris-2", log, 0, Buffer.from("x"));
    const listed = await files.list("iris");
    expect(listed.map(({ path, size }) => [path, size])).toEqual([
      ["system_logs/a b%20ü#?.txt", 1],
      [log, text.length],
    ]);
    expect(Math.abs(Date.now() - Date.parse(listed[0]?.modified_at ?? ""))).toBeLessThan(60_000);
    expect((await bytesOf(await files.read("iris", "system_logs/a b%20ü#?.txt"))).toString()).toBe("x");
  });

  test("only the files of the job are deleted", async () => {
    const files = await withLog(create);
    await Promise.all(Array.from({ length: 20 }, (_, at) => files.append("iris", `many/${at}`, 0, Buffer.from("x"))));
    await files.append("iris-2", log, 0, Buffer.from("x"));
    await files.deleteAll("iris");
    await files.deleteAll("iris");
    expect(await files.list("iris")).toEqual([]);
    expect(await files.list("iris-2")).toHaveLength(1);
  });
}
