import { beforeEach, describe, expect, test } from "vitest";
import { createConcurrencyLimit } from "../../../../shared/api/access/concurrency-limits.ts";
import { asDownload, asText, type FileSource, fileResponse } from "../../../../shared/api/response/file-response.ts";
import { ServiceError } from "../../../../shared/core/errors.ts";
import type { ByteRange, JobFile } from "../../../../shared/core/ports/storage-ports.ts";
import { type RequestOptions, readResponse, request } from "../../../support/http.ts";

const mebibyte = 1024 * 1024;
const most = 32 * mebibyte;
let closed = 0;
let asked: (ByteRange | undefined)[] = [];
beforeEach(() => {
  closed = 0;
  asked = [];
});

interface Source {
  readonly size?: number;
  readonly url?: string;
  readonly name?: string;
  readonly headers?: FileSource["headers"];
}

/** A file of zeros, or a small one with a text. */
function file(range: ByteRange | undefined, size: number, url: string | undefined): JobFile {
  const start = range === undefined ? 0 : "suffix" in range ? Math.max(0, size - range.suffix) : range.start;
  if (range !== undefined && start >= size)
    throw new ServiceError("range_not_satisfiable", "No.", { headers: { "content-range": `bytes */${size}` } });
  const end = range === undefined || "suffix" in range ? size : Math.min(size, (range.end ?? size) + 1);
  const text = Buffer.from("hello world\n");
  return {
    size,
    start,
    length: end - start,
    etag: '"f"',
    body: (async function* () {
      for (let at = start; at < end; at += mebibyte)
        yield size === text.length ? text.subarray(start, end) : Buffer.alloc(Math.min(mebibyte, end - at));
    })(),
    url: async () => url,
    close: async () => {
      closed += 1;
    },
  };
}

const answer = (given: RequestOptions = {}, { size = 12, url, name = "log.txt", headers = asText }: Source = {}) =>
  fileResponse({
    request: request({ params: { first: name }, url: "/api/jobs/iris/log_files/log.txt", ...given }),
    invocationId: "none",
    downloads: createConcurrencyLimit({ label: "downloads", running: 1, queued: 0 }),
    headers,
    read: async (path, range) => {
      asked.push(range);
      if (path !== name && path !== name.replaceAll("%2F", "/")) throw new ServiceError("log_not_found", "No.");
      return file(range, size, url);
    },
  });
const range = (text: string, more: Record<string, string> = {}): RequestOptions => ({
  headers: { range: text, ...more },
});

describe("a file", () => {
  test("that is a log is text that no browser runs", async () => {
    const { status, headers, text } = await readResponse(await answer());
    expect([status, text]).toEqual([200, "hello world\n"]);
    expect(Object.fromEntries(headers)).toMatchObject({
      "content-type": "text/plain; charset=utf-8",
      "content-length": "12",
      "x-content-type-options": "nosniff",
      "content-security-policy": "default-src 'none'; sandbox",
      "accept-ranges": "bytes",
      etag: '"f"',
    });
    expect(headers.get("content-range")).toBeNull();
  });

  test.each([
    ["model/weights.bin", "weights.bin"],
    ["ü ß.txt", "%C3%BC%20%C3%9F.txt"],
    ['a"; x=y', "a%22%3B%20x%3Dy"],
    ["it's (1)*.txt", "it%27s%20%281%29%2A.txt"],
  ])("that is an output is saved: %s as %s", async (name, saved) => {
    const { headers } = await readResponse(await answer({}, { name, headers: asDownload }));
    expect([headers.get("content-type"), headers.get("content-disposition")]).toEqual([
      "application/octet-stream",
      `attachment; filename*=UTF-8''${saved}`,
    ]);
  });

  test("that the caller has already is a 304, and its body is released", async () => {
    const { status, headers, text } = await readResponse(await answer({ headers: { "if-none-match": '"e", "f"' } }));
    expect([status, headers.get("etag"), text, closed]).toEqual([304, '"f"', "", 1]);
    expect((await answer({ headers: { "if-none-match": '"e"' } })).status).toBe(200);
  });

  test("answers a HEAD with the headers of a GET, for the read of one byte", async () => {
    const get = await answer({}, { size: 5 * mebibyte });
    const head = await answer({ method: "HEAD", headers: { range: "bytes=0-1" } }, { size: 5 * mebibyte });
    expect([head.status, head.headers, head.body]).toEqual([200, get.headers, undefined]);
    expect(asked).toEqual([undefined, { start: 0, end: 0 }]);
  });

  test("that is empty answers a HEAD, too", async () => {
    expect(await answer({ method: "HEAD" }, { size: 0 })).toMatchObject({
      status: 200,
      headers: { "content-length": "0" },
    });
  });
});

describe("a range", () => {
  test.each([
    ["bytes=6-8", "wor", "bytes 6-8/12"],
    ["bytes=6-", "world\n", "bytes 6-11/12"],
    ["bytes=-3", "ld\n", "bytes 9-11/12"],
    ["bytes=0-100", "hello world\n", "bytes 0-11/12"],
  ])("%s is a 206 with %j", async (header, text, contentRange) => {
    const found = await readResponse(await answer(range(header)));
    expect([found.status, found.text, found.headers.get("content-range")]).toEqual([206, text, contentRange]);
  });

  test("that begins behind the end is a 416 with the size", async () => {
    await expect(answer(range("bytes=12-"))).rejects.toMatchObject({
      code: "range_not_satisfiable",
      headers: { "content-range": "bytes */12" },
    });
  });

  test.each([
    ["bytes=0-", 0],
    ["bytes=1000-", 1000],
    [`bytes=-${40 * mebibyte}`, 10 * mebibyte],
  ])(
    "%s of more than one answer holds is answered with as much as it holds, and never redirected",
    async (header, start) => {
      const { status, headers, body } = await answer(range(header), {
        size: 50 * mebibyte,
        url: "https://signed.test",
      });
      expect([status, (body as Uint8Array).length]).toEqual([206, most]);
      expect(headers).toMatchObject({
        "content-range": `bytes ${start}-${start + most - 1}/${50 * mebibyte}`,
        "content-length": String(most),
      });
    },
  );

  test("is sent while the file has the tag of If-Range, and the whole file after that", async () => {
    expect(await answer(range("bytes=6-8", { "if-range": '"f"' }))).toMatchObject({ status: 206 });
    expect(await answer(range("bytes=6-8", { "if-range": '"old"' }))).toMatchObject({
      status: 200,
      headers: { "content-length": "12" },
    });
    expect(await answer(range("bytes=100-", { "if-range": '"old"' }))).toMatchObject({ status: 200 });
  });
});

describe("a whole file that is larger than one answer", () => {
  const large = { size: most + 1, url: "https://signed.test/log.txt?sig=x" };

  test("is redirected to its signed URL, and its body is released", async () => {
    const { status, headers, text } = await readResponse(await answer({}, large));
    expect([status, headers.get("location"), headers.get("cache-control"), closed]).toEqual([
      307,
      large.url,
      "no-store",
      1,
    ]);
    expect(text).toContain(String(large.size));
  });

  test.each<[string, RequestOptions, Source]>([
    ["where no URL can be signed", {}, { size: large.size }],
    ["with redirect=false", { url: "/api/jobs/iris/log_files/log.txt?redirect=False" }, large],
    ["with several ranges", range("bytes=0-1,5-6"), large],
    ["with a range whose If-Range names another file", range("bytes=5-", { "if-range": '"old"' }), large],
  ])("is refused with its size %s", async (_what, given, source) => {
    await expect(answer(given, source)).rejects.toMatchObject({
      code: "file_too_large",
      message: expect.stringMatching(new RegExp(`${large.size} bytes.*Range`)),
      extra: { size: large.size },
    });
  });

  test("answers a HEAD with its size", async () => {
    expect(await answer({ method: "HEAD" }, large)).toMatchObject({
      status: 200,
      headers: { "content-length": String(large.size), "accept-ranges": "bytes" },
    });
  });
});

test("a path whose slashes came as %2F is the file with slashes, where no file has the literal name", async () => {
  const read: FileSource["read"] = async (path, part) => {
    if (path !== "user_logs/std_log.txt") throw new ServiceError("log_not_found", `No log ${path}.`);
    return file(part, 12, undefined);
  };
  const downloads = createConcurrencyLimit({ label: "downloads", running: 1, queued: 0 });
  const ask = (first: string) =>
    fileResponse({ request: request({ params: { first } }), invocationId: "none", downloads, headers: asText, read });
  expect(await ask("user_logs%2Fstd_log.txt")).toMatchObject({ status: 200 });
  await expect(ask("user_logs%2Fother.txt")).rejects.toMatchObject({ code: "log_not_found" });
});

test("a place for a download is free again after an answer and after an error", async () => {
  const downloads = createConcurrencyLimit({ label: "downloads", running: 1, queued: 0 });
  const ask = (read: FileSource["read"]) =>
    fileResponse({
      request: request({ params: { first: "a" } }),
      invocationId: "none",
      downloads,
      headers: asText,
      read,
    });
  for (const _ of [1, 2]) {
    await ask(async (_path, part) => file(part, 12, undefined));
    await expect(ask(() => Promise.reject(new Error("cut")))).rejects.toThrow("cut");
  }
});
