import { beforeEach, describe, expect, test } from "vitest";
import { createConcurrencyLimit } from "../../../../shared/api/access/concurrency-limits.ts";
import { asDownload, asText, type FileSource, fileResponse } from "../../../../shared/api/response/file-response.ts";
import { ServiceError } from "../../../../shared/core/errors.ts";
import type { ByteRange, JobFile } from "../../../../shared/core/ports/storage-ports.ts";
import { type RequestOptions, readResponse, request } from "../../../support/http.ts";

const mebibyte = 1024 * 1024;
const maxBytes = 32 * mebibyte;
let closed = 0;
let readRanges: (ByteRange | undefined)[] = [];
beforeEach(() => {
  closed = 0;
  readRanges = [];
});

interface Source {
  readonly size?: number;
  readonly url?: string;
  readonly name?: string;
  readonly headers?: FileSource["headers"];
}

/** A small file with a text, or a larger one of zeros. */
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

const respond = (given: RequestOptions = {}, { size = 12, url, name = "log.txt", headers = asText }: Source = {}) =>
  fileResponse({
    request: request({ params: { first: name }, url: "/api/jobs/iris/log_files/log.txt", ...given }),
    invocationId: "none",
    downloads: createConcurrencyLimit({ label: "downloads", running: 1, queued: 0 }),
    headers,
    read: async (path, range) => {
      readRanges.push(range);
      if (path !== name && path !== name.replaceAll("%2F", "/")) throw new ServiceError("log_not_found", "No.");
      return file(range, size, url);
    },
  });
const range = (text: string, more: Record<string, string> = {}): RequestOptions => ({
  headers: { range: text, ...more },
});

describe("a file", () => {
  test("that is a log is sent as text that no browser executes", async () => {
    const { status, headers, text } = await readResponse(await respond());
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
  ])("that is an output is sent as a download: %s as %s", async (name, saved) => {
    const { headers } = await readResponse(await respond({}, { name, headers: asDownload }));
    expect([headers.get("content-type"), headers.get("content-disposition")]).toEqual([
      "application/octet-stream",
      `attachment; filename*=UTF-8''${saved}`,
    ]);
  });

  test("that the caller already has is answered with 304, and closed", async () => {
    const { status, headers, text } = await readResponse(await respond({ headers: { "if-none-match": '"e", "f"' } }));
    expect([status, headers.get("etag"), text, closed]).toEqual([304, '"f"', "", 1]);
    expect((await respond({ headers: { "if-none-match": '"e"' } })).status).toBe(200);
  });

  test("is answered for HEAD with the headers of GET, after the read of one byte", async () => {
    const get = await respond({}, { size: 5 * mebibyte });
    const head = await respond({ method: "HEAD", headers: { range: "bytes=0-1" } }, { size: 5 * mebibyte });
    expect([head.status, head.headers, head.body]).toEqual([200, get.headers, undefined]);
    expect(readRanges).toEqual([undefined, { start: 0, end: 0 }]);
  });

  test("that is empty is answered for HEAD", async () => {
    expect(await respond({ method: "HEAD" }, { size: 0 })).toMatchObject({
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
  ])("%s is answered with 206 and %j", async (header, text, contentRange) => {
    const found = await readResponse(await respond(range(header)));
    expect([found.status, found.text, found.headers.get("content-range")]).toEqual([206, text, contentRange]);
  });

  test("that starts after the end is rejected with 416 and the size", async () => {
    await expect(respond(range("bytes=12-"))).rejects.toMatchObject({
      code: "range_not_satisfiable",
      headers: { "content-range": "bytes */12" },
    });
  });

  test.each([
    ["bytes=0-", 0],
    ["bytes=1000-", 1000],
    [`bytes=-${40 * mebibyte}`, 10 * mebibyte],
  ])(
    "%s that is larger than one response is answered with its first part, without a redirect",
    async (header, start) => {
      const { status, headers, body } = await respond(range(header), {
        size: 50 * mebibyte,
        url: "https://signed.test",
      });
      expect([status, (body as Uint8Array).length]).toEqual([206, maxBytes]);
      expect(headers).toMatchObject({
        "content-range": `bytes ${start}-${start + maxBytes - 1}/${50 * mebibyte}`,
        "content-length": String(maxBytes),
      });
    },
  );

  test("is sent if the file has the tag of If-Range, and otherwise the whole file is sent", async () => {
    expect(await respond(range("bytes=6-8", { "if-range": '"f"' }))).toMatchObject({ status: 206 });
    expect(await respond(range("bytes=6-8", { "if-range": '"old"' }))).toMatchObject({
      status: 200,
      headers: { "content-length": "12" },
    });
    expect(await respond(range("bytes=100-", { "if-range": '"old"' }))).toMatchObject({ status: 200 });
  });
});

describe("a whole file that is larger than one response", () => {
  const large = { size: maxBytes + 1, url: "https://signed.test/log.txt?sig=x" };

  test("is redirected to its signed URL, and closed", async () => {
    const { status, headers, text } = await readResponse(await respond({}, large));
    expect([status, headers.get("location"), headers.get("cache-control"), closed]).toEqual([
      307,
      large.url,
      "no-store",
      1,
    ]);
    expect(text).toContain(String(large.size));
  });

  test.each<[string, RequestOptions, Source]>([
    ["if no URL can be signed", {}, { size: large.size }],
    ["with redirect=false", { url: "/api/jobs/iris/log_files/log.txt?redirect=False" }, large],
    ["with several ranges", range("bytes=0-1,5-6"), large],
    ["with a range whose If-Range does not match", range("bytes=5-", { "if-range": '"old"' }), large],
  ])("is rejected with its size %s", async (_what, given, source) => {
    await expect(respond(given, source)).rejects.toMatchObject({
      code: "file_too_large",
      message: expect.stringMatching(new RegExp(`${large.size} bytes.*Range`)),
      extra: { size: large.size },
    });
  });

  test("is answered for HEAD with its size", async () => {
    expect(await respond({ method: "HEAD" }, large)).toMatchObject({
      status: 200,
      headers: { "content-length": String(large.size), "accept-ranges": "bytes" },
    });
  });
});

test("a path with %2F is that of a file with slashes if no file has the literal name", async () => {
  const read: FileSource["read"] = async (path, part) => {
    if (path !== "user_logs/std_log.txt") throw new ServiceError("log_not_found", `No log ${path}.`);
    return file(part, 12, undefined);
  };
  const downloads = createConcurrencyLimit({ label: "downloads", running: 1, queued: 0 });
  const get = (first: string) =>
    fileResponse({ request: request({ params: { first } }), invocationId: "none", downloads, headers: asText, read });
  expect(await get("user_logs%2Fstd_log.txt")).toMatchObject({ status: 200 });
  await expect(get("user_logs%2Fother.txt")).rejects.toMatchObject({ code: "log_not_found" });
});

test("releases the download slot after a response and after an error", async () => {
  const downloads = createConcurrencyLimit({ label: "downloads", running: 1, queued: 0 });
  const get = (read: FileSource["read"]) =>
    fileResponse({
      request: request({ params: { first: "a" } }),
      invocationId: "none",
      downloads,
      headers: asText,
      read,
    });
  for (const _ of [1, 2]) {
    await get(async (_path, part) => file(part, 12, undefined));
    await expect(get(() => Promise.reject(new Error("cut")))).rejects.toThrow("cut");
  }
});
