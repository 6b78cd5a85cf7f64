import { describe, expect, test } from "vitest";
import { createIsAllowedStorageUrl } from "../../../../../shared/backends/azureml/http/allowed-storage-urls.ts";
import { signedLogUrls } from "../../../../../shared/backends/azureml/runs/signed-log-urls.ts";

const requestedAt = new Date("2026-03-01T12:00:00.000Z");
const isAllowedUrl = createIsAllowedStorageUrl(["blob.core.windows.net"]);
const log = (query: string) => `https://acct.blob.core.windows.net/azureml/std_log.txt?${query}&sig=c2VjcmV0`;

describe("the URLs expire", () => {
  test.each([
    [
      "when the first of them expires",
      [log("se=2026-03-01T19:00:00Z"), log("se=2026-03-01T18:00:00Z")],
      "2026-03-01T18:00:00.000Z",
    ],
    [
      "with the key that signed them, if it expires first",
      [log("se=2026-03-01T19:00:00Z&ske=2026-03-01T17:00:00Z")],
      "2026-03-01T17:00:00.000Z",
    ],
    ["after 15 minutes without an expiry time", [log("sv=1")], "2026-03-01T12:15:00.000Z"],
    ["after 15 minutes with an invalid expiry time", [log("se=soon")], "2026-03-01T12:15:00.000Z"],
    ["after eight hours at the latest", [log("se=2099-01-01T00:00:00Z")], "2026-03-01T20:00:00.000Z"],
  ])("%s", (_when, urls, expires_at) => {
    const logFiles = Object.fromEntries(urls.map((url, index) => [`${index}.txt`, url]));
    expect(signedLogUrls({ logFiles }, { requestedAt, isAllowedUrl })).toEqual({
      urls: logFiles,
      expires_at,
      refreshed_at: requestedAt.toISOString(),
    });
  });
});
