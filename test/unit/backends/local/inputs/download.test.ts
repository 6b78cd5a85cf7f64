// biome-ignore-all lint/suspicious/noTemplateCurlyInString: Azure ML writes its bindings so
import { readdir, readFile } from "node:fs/promises";
import type { RequestListener } from "node:http";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { createDownload, type DownloadOptions } from "../../../../../shared/backends/local/inputs/download.ts";
import { commandJob, localSetup, temporaryFolder } from "../../../../contract/backends/local-jobs.ts";
import { waitForEnd, waitForStatus } from "../../../../contract/backends/observe-job.ts";
import { startConnectProxy } from "../../../../support/connect-proxy.ts";
import { selfSigned } from "../../../../support/self-signed.ts";

const host = "files.example";
const { key, cert } = selfSigned(host);

/** An https server on this machine, and the options to connect to it as `files.example`. */
async function serve(listener: RequestListener): Promise<{ readonly base: string; readonly options: DownloadOptions }> {
  const server = createServer({ key, cert }, listener);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const options: DownloadOptions = {
    ca: cert,
    resolve: async () => [{ address: "127.0.0.1", family: 4 }],
    allow: (address) => address === "127.0.0.1",
    proxy: () => undefined,
  };
  return { base: `https://${host}:${(server.address() as AddressInfo).port}`, options };
}

const hello: RequestListener = (_request, response) => response.end("hello");
const never = new AbortController().signal;

/** Downloads into a new folder and returns the content of its files by name. */
async function fetched(url: string, options: DownloadOptions, signal = never): Promise<Record<string, string>> {
  const folder = await temporaryFolder();
  await createDownload(options)(url, join(folder, "file"), signal);
  const names = await readdir(folder);
  return Object.fromEntries(
    await Promise.all(names.map(async (name) => [name, await readFile(join(folder, name), "utf8")])),
  );
}

test("downloads a file and leaves no other file", async () => {
  const { base, options } = await serve(hello);
  expect(await fetched(`${base}/a`, options)).toEqual({ file: "hello" });
});

test("follows a redirect", async () => {
  const { base, options } = await serve((request, response) =>
    request.url === "/a" ? response.writeHead(302, { location: "/b" }).end() : response.end(request.url),
  );
  expect(await fetched(`${base}/a`, options)).toEqual({ file: "/b" });
});

test.each([
  ["by name", "https://internal.example/", "internal.example has the address 10.0.0.1, which is not a public address."],
  [
    "by number",
    "https://169.254.169.254/metadata",
    "169.254.169.254 has the address 169.254.169.254, which is not a public address.",
  ],
  [
    "as IPv4 in IPv6",
    "https://[::ffff:127.0.0.1]/",
    "[::ffff:7f00:1] has the address ::ffff:7f00:1, which is not a public address.",
  ],
  ["over http", "http://example.org/a", "http://example.org/a is not https; expected an https URL."],
])("rejects a redirect to a private address %s", async (_case, location, message) => {
  const { base, options } = await serve((_request, response) => response.writeHead(307, { location }).end());
  const resolve: DownloadOptions["resolve"] = async (name) => [
    { address: name === host ? "127.0.0.1" : "10.0.0.1", family: 4 },
  ];
  await expect(fetched(`${base}/a`, { ...options, resolve })).rejects.toThrow(message);
});

describe("with a proxy", () => {
  const startProxy = async (base: string) => {
    const proxy = await startConnectProxy(() => Number(new URL(base).port));
    onTestFinished(() => proxy.stop());
    return { requests: proxy.requests, proxy: () => URL.parse(proxy.url) ?? undefined };
  };

  test("downloads through the proxy from the checked address, not from the host name", async () => {
    const { base, options } = await serve(hello);
    const { requests, proxy } = await startProxy(base);
    const resolve = async () => [{ address: "203.0.113.7", family: 4 }];
    expect(await fetched(`${base}/a`, { ...options, resolve, allow: () => true, proxy })).toEqual({ file: "hello" });
    expect(requests).toEqual([`CONNECT 203.0.113.7:${new URL(base).port}`]);
  });

  test("checks the certificate against the host name", async () => {
    const { base, options } = await serve(hello);
    const { proxy } = await startProxy(base);
    await expect(fetched(`https://other.example:${new URL(base).port}/a`, { ...options, proxy })).rejects.toThrow(
      /other\.example.*cert/,
    );
  });

  test.each(["https://169.254.169.254/metadata", "https://10.0.0.1/", "https://127.0.0.1/", "https://[::1]/"])(
    "rejects %s without a request to the proxy",
    async (url) => {
      const { requests, proxy } = await startProxy("https://files.example:1");
      await expect(fetched(url, { proxy })).rejects.toThrow("is not a public address");
      expect(requests).toEqual([]);
    },
  );

  test("rejects a redirect to a private address", async () => {
    const { base, options } = await serve((_request, response) =>
      response.writeHead(307, { location: "https://10.0.0.1/" }).end(),
    );
    const { requests, proxy } = await startProxy(base);
    await expect(fetched(`${base}/a`, { ...options, proxy })).rejects.toThrow(
      "10.0.0.1 has the address 10.0.0.1, which is not a public address.",
    );
    expect(requests).toHaveLength(1);
  });

  test("reports a proxy that rejects the connection, and a host name that this machine cannot resolve", async () => {
    const refusing = await startConnectProxy();
    onTestFinished(() => refusing.stop());
    const proxy = () => URL.parse(refusing.url) ?? undefined;
    await expect(fetched("https://203.0.113.7/a", { allow: () => true, proxy })).rejects.toThrow(
      "https://203.0.113.7/a could not be downloaded: the proxy rejected the connection to 203.0.113.7:443 with 502",
    );
    const resolve = async () => Promise.reject(Object.assign(new Error("getaddrinfo"), { code: "ENOTFOUND" }));
    await expect(fetched("https://files.example/a", { resolve, proxy })).rejects.toThrow(
      "files.example cannot be resolved on this machine (ENOTFOUND).",
    );
  });
});

test.each(["https://127.0.0.1/", "https://[::1]/", "https://2130706433/", "https://0x7f.1/", "https://localhost/"])(
  "rejects %s without a connection",
  async (url) => {
    await expect(fetched(url, {})).rejects.toThrow("is not a public address");
  },
);

test("rejects a host with one private address among public ones", async () => {
  const resolve: DownloadOptions["resolve"] = async () => [
    { address: "8.8.8.8", family: 4 },
    { address: "fd00::1", family: 6 },
  ];
  await expect(fetched("https://both.example/", { resolve })).rejects.toThrow("both.example has the address fd00::1");
});

test("connects to the checked address and resolves the name once", async () => {
  const { base, options } = await serve(hello);
  const lookups: string[] = [];
  const resolve: DownloadOptions["resolve"] = async (name) => {
    lookups.push(name);
    return [{ address: lookups.length === 1 ? "127.0.0.1" : "127.0.0.2", family: 4 }];
  };
  expect(await fetched(`${base}/a`, { ...options, resolve })).toEqual({ file: "hello" });
  expect(lookups).toEqual([host]);
});

test("rejects an untrusted certificate", async () => {
  const { base, options } = await serve(hello);
  await expect(fetched(`${base}/a?sig=secret`, { ...options, ca: selfSigned(host).cert })).rejects.toThrow(
    /could not be downloaded: .*self.signed/,
  );
});

test.each([404, 500, 204, 304])("fails on status %i without showing the query of the URL", async (status) => {
  const { base, options } = await serve((_request, response) => response.writeHead(status).end());
  await expect(fetched(`${base}/a?sig=secret`, options)).rejects.toThrow(
    `${base}/a returned the status ${status}; expected 200.`,
  );
});

test("fails on circular redirects", async () => {
  const { base, options } = await serve((_request, response) => response.writeHead(301, { location: "/a" }).end());
  await expect(fetched(`${base}/a`, options)).rejects.toThrow("has more than 5 redirects");
});

test.each([
  ["announced", true],
  ["not announced", false],
])("rejects a file over the size limit, with its size %s", async (_case, announced) => {
  const { base, options } = await serve((_request, response) => {
    if (announced) response.setHeader("content-length", 11);
    response.write("hello ");
    response.end("world");
  });
  await expect(fetched(`${base}/a`, { ...options, maxBytes: 10 })).rejects.toThrow("has more than 10 bytes");
  expect(await fetched(`${base}/a`, { ...options, maxBytes: 11 })).toEqual({ file: "hello world" });
});

test("fails when the response takes too long", async () => {
  const { base, options } = await serve((_request, response) => response.write("hello"));
  await expect(fetched(`${base}/a`, { ...options, timeoutMs: 200 })).rejects.toThrow("took longer than 0.2 seconds");
});

test("fails when name resolution takes too long", async () => {
  const resolve = () => new Promise<never>(() => undefined);
  await expect(fetched("https://slow.example/", { resolve, timeoutMs: 100 })).rejects.toThrow(
    "took longer than 0.1 seconds",
  );
});

test("fails on a response that is cut off", async () => {
  const { base, options } = await serve((_request, response) => {
    response.writeHead(200, { "content-length": 100 });
    response.write("hello", () => response.destroy());
  });
  await expect(fetched(`${base}/a`, options)).rejects.toThrow(`${base}/a could not be downloaded`);
});

test("passes the downloaded file and folder to a job", async () => {
  const { base, options } = await serve((request, response) => response.end(`content of ${request.url}\n`));
  const { run, log } = await localSetup({ downloads: options });
  const job = commandJob("cat ${{inputs.file}}; ls ${{inputs.folder}}", {
    inputs: {
      file: { type: "uri_file", path: `${base}/a/iris.csv?sig=1` },
      folder: { type: "uri_folder", path: `${base}/b/more.csv` },
    },
  });
  expect(await run(job)).toMatchObject({ status: "Completed" });
  expect(await log(job)).toContain("\ncontent of /a/iris.csv?sig=1\nmore.csv\n");
});

test("fails a job whose input cannot be downloaded before its command starts", async () => {
  const { run } = await localSetup();
  const seen = await run(commandJob("true", { inputs: { data: { path: "https://127.0.0.1/a" } } }));
  expect(seen).toMatchObject({
    status: "Failed",
    error: {
      code: "input_download_failed",
      message: "Input data: 127.0.0.1 has the address 127.0.0.1, which is not a public address.",
    },
  });
  expect(seen.started_at).toBeUndefined();
});

test("reports Preparing during a download, and can cancel the job", async () => {
  const { base, options } = await serve(() => undefined);
  const { backend } = await localSetup({ downloads: options });
  const job = commandJob("true", { inputs: { data: { path: `${base}/a` } } });
  await backend.submit(job);
  expect(await waitForStatus(backend, job, "Preparing")).toMatchObject({ revision: 2 });
  await backend.cancel(job);
  expect(await waitForEnd(backend, job)).toMatchObject({ status: "Canceled" });
});
