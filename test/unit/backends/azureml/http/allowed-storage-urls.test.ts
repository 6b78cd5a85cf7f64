import { describe, expect, test } from "vitest";
import { createIsAllowedStorageUrl } from "../../../../../shared/backends/azureml/http/allowed-storage-urls.ts";
import { readSignedLog } from "../../../../../shared/backends/azureml/runs/read-signed-log.ts";

const isAllowedUrl = createIsAllowedStorageUrl(["blob.core.windows.net", "http://127.0.0.1:10000"]);

describe("logs are read from storage only", () => {
  test.each([
    "https://acct.blob.core.windows.net/azureml/ExperimentRun/dcid.j/user_logs/std_log.txt?sig=x",
    "https://ACCT.blob.core.windows.net/c/b",
    "https://acct.blob.core.windows.net:443/c/b",
    // Both are parsed to the allowed host, and requests are sent to the parsed URL.
    "https://acct.blob.core.windows.net\\@evil.example/c",
    "https://acct。blob。core。windows。net/c/b",
    "http://127.0.0.1:10000/devstoreaccount1/c/b?sig=x",
  ])("%s", (url) => {
    expect(isAllowedUrl(url)).toBe(true);
  });

  test.each([
    "http://acct.blob.core.windows.net/c/b",
    "https://acct.blob.core.windows.net:8443/c/b",
    "https://blob.core.windows.net/c/b",
    "https://evilblob.core.windows.net.example/c",
    "https://acct.blob.core.windows.net.evil.example/c",
    "https://acct.blob.core.windows.net@evil.example/c",
    "https://user:secret@acct.blob.core.windows.net/c",
    "http://169.254.169.254/metadata/identity",
    "https://169.254.169.254/",
    "https://[::ffff:169.254.169.254]/",
    "https://0x7f000001/",
    "http://127.0.0.1:10001/",
    "http://localhost:10000/",
    "https://127.0.0.1:10000/",
    "file:///etc/passwd",
    "ftp://acct.blob.core.windows.net/c",
    "//acct.blob.core.windows.net/c",
    "nothing",
    "",
  ])("not from %j", async (url) => {
    expect(isAllowedUrl(url)).toBe(false);
    await expect(readSignedLog(url, isAllowedUrl, undefined, { timeoutMs: 1000 })).rejects.toMatchObject({
      code: "unavailable",
      message: expect.stringContaining("JOBS_AZUREML_LOG_HOSTS"),
    });
  });
});
