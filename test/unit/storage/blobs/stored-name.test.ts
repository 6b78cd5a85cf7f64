import { BlobServiceClient } from "@azure/storage-blob";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { pathToWrite, storedPath } from "../../../../shared/storage/blobs/stored-name.ts";

const container = new BlobServiceClient("https://a.blob.core.windows.net").getContainerClient("job-logs");

describe("the storage path of a job's file", () => {
  test.each(["user_logs/std_log.txt", "a b/ü%2e%2e.txt", "...", "x"])("%j is below the job's folder", (path) => {
    expect(storedPath("iris", path)).toBe(`iris/${path}`);
  });

  test.each([
    "",
    "/",
    "/etc/passwd",
    "../other/log",
    "a/../../other",
    "a/..",
    "./a",
    "a//b",
    "a/",
    "a\\..\\b",
    "a\u0000",
    "a\nb",
    "\u0085",
    "\ufffe",
    "\ud800",
    "x".repeat(901),
  ])("%j is not a valid path", (path) => {
    expect(storedPath("iris", path)).toBeUndefined();
    expect(() => pathToWrite("iris", path)).toThrow("is not a valid storage path");
  });

  test.each(["", "..", ".", "a/b", "a\\b", "a.b", "ü", "a b", "a".repeat(256), "a\u0000", "__proto__/x"])(
    "%j is not a valid name",
    (name) => {
      expect(storedPath(name, "log.txt")).toBeUndefined();
    },
  );

  test("the URL of any valid path is below the folder of the job", () => {
    const part = fc.oneof(
      fc.constantFrom("..", ".", "%2e%2e", "%2f", "\\", "a"),
      fc.string({ unit: "binary", maxLength: 4 }),
    );
    fc.assert(
      fc.property(fc.array(part, { maxLength: 6 }), (parts) => {
        const whole = storedPath("iris", parts.join("/"));
        if (whole === undefined) return;
        const { pathname, search, hash } = new URL(container.getBlobClient(whole).url);
        expect([pathname.startsWith("/job-logs/iris/"), search, hash]).toEqual([true, "", ""]);
      }),
      { numRuns: 1000 },
    );
  });
});
