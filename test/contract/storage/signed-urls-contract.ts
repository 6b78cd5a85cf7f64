import { describe, expect, test } from "vitest";
import type { JobFiles } from "../../../shared/core/ports/storage-ports.ts";

const soon = (minutes: number) => new Date(Date.now() + minutes * 60_000);
const page = "<script>alert(1)</script>";

async function answer(url: string, init: RequestInit = {}): Promise<number> {
  const response = await fetch(url, { ...init, signal: AbortSignal.timeout(10_000) });
  await response.arrayBuffer();
  return response.status;
}

/** The same signature on another path. */
function elsewhere(url: string, change: (path: string) => string): string {
  const { origin, pathname, search } = new URL(url);
  return `${origin}${change(pathname)}${search}`;
}

/** Contract of the URLs that an adapter of JobFiles signs. */
export function signedUrlsContract(account: string, create: () => JobFiles): void {
  describe(`signed URLs: ${account}`, () => {
    const withFiles = async () => {
      const files = create();
      await files.append("iris", "user_logs/page.html", 0, Buffer.from(page));
      await files.append("iris", "other.txt", 0, Buffer.from("other"));
      return files;
    };

    test("read their file as text that no browser executes", async () => {
      const url = await (await withFiles()).sign("iris", "user_logs/page.html", soon(5));
      const response = await fetch(url, { signal: AbortSignal.timeout(10_000) });
      expect([response.status, await response.text()]).toEqual([200, page]);
      expect(response.headers.get("content-type")).toBe("text/plain; charset=utf-8");
    });

    test("read a file with special characters in its name", async () => {
      const files = create();
      const path = "a b/ü%2e#?&+.txt";
      await files.append("iris", path, 0, Buffer.from("x"));
      expect(await answer(await files.sign("iris", path, soon(5)))).toBe(200);
    });

    test.each(["PUT", "DELETE"])("do not let %s pass", async (method) => {
      const url = await (await withFiles()).sign("iris", "other.txt", soon(5));
      const headers = method === "PUT" ? { "x-ms-blob-type": "BlockBlob" } : {};
      expect(await answer(url, { method, headers, ...(method === "PUT" ? { body: "x" } : {}) })).toBe(403);
    });

    const others: readonly [string, (path: string) => string][] = [
      ["another file of the job", (path) => path.replace("user_logs/page.html", "other.txt")],
      ["the job's folder", (path) => path.replace("/user_logs/page.html", "")],
      ["the container", (path) => path.slice(0, path.indexOf("/iris/"))],
    ];
    test.each(others)("do not read %s", async (_, change) => {
      const url = await (await withFiles()).sign("iris", "user_logs/page.html", soon(5));
      const other = elsewhere(url, change);
      expect(other).not.toBe(url);
      expect(await answer(other)).toBeGreaterThanOrEqual(400);
      expect(await answer(`${other}&restype=container&comp=list`)).toBeGreaterThanOrEqual(400);
    });

    test("stop working when they expire", async () => {
      expect(await answer(await (await withFiles()).sign("iris", "other.txt", soon(-1)))).toBe(403);
    });

    test("give read access to one blob, over HTTPS except on this machine", async () => {
      const url = new URL(await (await withFiles()).sign("iris", "other.txt", soon(5)));
      const expected = { sr: "b", sp: "r", spr: url.protocol === "https:" ? "https" : "https,http" };
      expect(Object.fromEntries(url.searchParams)).toMatchObject(expected);
    });

    test.each(["../iris-2/log.txt", "", "a/../../b", "a\u0000"])("are not made for %j", async (path) => {
      await expect(create().sign("iris", path, soon(5))).rejects.toThrow("is not a valid storage path");
    });
  });
}
