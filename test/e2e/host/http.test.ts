import { request } from "node:http";
import { networkInterfaces } from "node:os";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type HostProcess, startHostProcess } from "../../support/host-process.ts";
import { rawRequest } from "../../support/raw-http.ts";
import { until } from "../../support/until.ts";

let host: HostProcess;
beforeAll(async () => {
  const settings = { FUNCTIONS_REQUEST_BODY_SIZE_LIMIT: "1000", "AzureWebJobs.switched-off.Disabled": "1" };
  host = await startHostProcess("http", { requestTimeoutMs: 600, settings });
});
afterAll(() => host.stop());

const get = (path: string, init: RequestInit = {}) => fetch(host.url + path, init);
const text = async (path: string) => (await get(path)).text();

interface Echo {
  method: string;
  url: string;
  params: Record<string, string>;
  query: Record<string, string>;
  headers: Record<string, string>;
  user: unknown;
  body: string;
}
const echo = async (path: string, init: RequestInit = {}) => (await (await get(path, init)).json()) as Echo;

describe("routing", () => {
  test("matches routes in the order of function names, so that items/{id} precedes items/search", async () => {
    expect(await text("/items/search")).toBe("item search");
  });

  test.each([
    ["/numbers/7", 200],
    ["/NUMBERS/7/", 200],
    ["/numbers/seven", 404],
    ["/none", 404],
  ])("GET %s is %i", async (path, status) => {
    expect((await get(path)).status).toBe(status);
  });

  test.each([
    ["POST", "/numbers/7", 404],
    ["PUT", "/echo", 404],
    ["OPTIONS", "/echo", 404],
    ["HEAD", "/echo", 404],
    ["HEAD", "/numbers/7", 200],
  ])("%s %s is %i, because an unlisted method does not match", async (method, path, status) => {
    expect((await get(path, { method })).status).toBe(status);
  });

  test("reports functions whose route is in use or reserved, and does not serve them", () => {
    const text = host.lines.join("\n");
    expect(text).toContain(
      "The 'z-double' function is in error: " +
        "The route specified conflicts with the route defined by function 'nothing'.",
    );
    expect(text).toContain(
      "The 'z-reserved' function is in error: The specified route conflicts with one or more built in routes.",
    );
  });
});

describe("a request", () => {
  test("reaches the function with its URL, parameters, query, headers and body", async () => {
    const headers = { "X-Many": "1", "X-Empty": "", "Content-Type": "text/plain" };
    const seen = await echo("/echo/caf%C3%A9?q=1&q=2&x=%20", { method: "POST", body: "héllo", headers });
    expect(seen).toMatchObject({
      method: "POST",
      url: `${host.url}/echo/caf%C3%A9?q=1&q=2&x=%20`,
      params: { first: "café" },
      query: { q: "1,2", x: " " },
      body: "héllo",
    });
    expect(seen.headers).toMatchObject({ "x-many": "1", "content-type": "text/plain" });
    expect(seen.headers).not.toHaveProperty("x-empty");
  });

  test("cannot set the identity of its caller", async () => {
    const principal = Buffer.from(JSON.stringify({ identityProvider: "aad", userId: "boss" })).toString("base64");
    const seen = await echo("/echo", {
      headers: { "x-ms-client-principal": principal, "X-MS-CLIENT-PRINCIPAL-ID": "boss" },
    });
    expect(seen.user).toBeNull();
    expect(Object.keys(seen.headers).filter((name) => name.startsWith("x-ms-client"))).toEqual([]);
  });

  test("without an optional parameter does not have it", async () => {
    expect((await echo("/echo")).params).toEqual({});
  });

  test("with a chunked body reaches the function without it, as in Azure", async () => {
    const body = ReadableStream.from([Buffer.from("lost")]);
    expect((await echo("/echo", { method: "POST", body, duplex: "half" } as RequestInit)).body).toBe("");
  });

  test("over the body limit is a 413 and does not reach the function", async () => {
    const post = async (size: number) => {
      const answer = await get("/bodies", { method: "POST", body: "x".repeat(size) });
      return [answer.status, await answer.text()] as const;
    };
    const [, first] = await post(1000);
    expect((await post(1001))[0]).toBe(413);
    expect(await post(1000)).toEqual([200, String(Number(first) + 1)]);
  });

  test.each([
    ["a NUL in its path", "GET /echo/%00 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"],
    ["no host", "GET /echo HTTP/1.1\r\nConnection: close\r\n\r\n"],
    ["two hosts", "GET /echo HTTP/1.1\r\nHost: x\r\nHost: y\r\nConnection: close\r\n\r\n"],
    ["a host that is none", "GET /echo HTTP/1.1\r\nHost: a b\r\nConnection: close\r\n\r\n"],
    ["a path in its host", "GET /echo HTTP/1.1\r\nHost: x/admin?\r\nConnection: close\r\n\r\n"],
    ["another host in its target", "GET http://other/echo HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"],
  ])("with %s is a 400", async (_, request) => {
    const raw = rawRequest(host.url, request);
    await raw.closed;
    expect(raw.text()).toMatch(/^HTTP\/1\.1 400 /);
  });
});

describe("a response", () => {
  test("is a 204 if the function returns nothing, and a 200 for an empty object", async () => {
    expect((await get("/nothing")).status).toBe(204);
    const empty = await get("/empty");
    expect([empty.status, await empty.text(), empty.headers.get("content-type")]).toEqual([200, "", null]);
  });

  test("has the custom headers of the host unless the function sets them", async () => {
    const { headers } = await get("/echo");
    expect([headers.get("x-own"), headers.get("x-content-type-options"), headers.get("server")]).toEqual([
      "function",
      "nosniff",
      "Kestrel",
    ]);
    expect((await get("/none")).headers.get("x-own")).toBe("host");
  });

  test("has each cookie", async () => {
    expect((await get("/cookies")).headers.getSetCookie()).toEqual(["a=1; path=/", "b=2; path=/"]);
  });

  test("with status 304 has no Content-Length", async () => {
    const answer = await get("/not-modified");
    expect([answer.status, answer.headers.get("etag"), answer.headers.get("content-length")]).toEqual([
      304,
      '"1"',
      null,
    ]);
  });

  test.each(["/throws", "/lost-output", "/text-answer"])("of the failing function %s is an empty 500", async (path) => {
    const answer = await get(path);
    expect([answer.status, await answer.text()]).toEqual([500, ""]);
  });

  test("after a timeout of the function is an empty 500", async () => {
    const answer = await get("/too-slow");
    expect([answer.status, await answer.text()]).toEqual([500, ""]);
    expect(host.lines.join("\n")).toContain("Timeout value of 1 s was exceeded by function: Functions.too-slow");
  });

  test("is sent after the retries of the function, which receives their number", async () => {
    expect(await (await get("/flaky")).json()).toMatchObject({
      retryCount: 2,
      maxRetryCount: 2,
      exception: { message: "failure 2" },
    });
    expect(host.lines.filter((line) => line.includes("Executing 'Functions.flaky'"))).toHaveLength(3);
  });
});

describe("the log", () => {
  test("has the lines of the real host for each invocation, without secrets", async () => {
    const before = host.lines.length;
    await get("/throws");
    const [executing, executed] = host.lines.slice(before);
    expect(executing).toMatch(
      /Executing 'Functions\.throws' \(Reason='This function was programmatically called via the host APIs\.', Id=[0-9a-f-]{36}\)$/,
    );
    expect(executed).toMatch(
      /error: Executed 'Functions\.throws' \(Failed, Id=[0-9a-f-]{36}, Duration=\d+ms\)\nError: secret reason sig=\*\*\*/,
    );
  });

  test("passes the log hooks of the app, and omits lines below its level", async () => {
    const before = host.lines.length;
    await get("/logs");
    const lines = host.lines.slice(before).join("\n");
    expect(lines).toContain("Isaac N.");
    expect(lines).not.toContain("not written");
  });

  test("lists unknown keys of host.json", () => {
    expect(host.lines.join("\n")).toContain("host.json: surprise is unknown to the local host and has no effect.");
  });
});

describe("the pages of the host", () => {
  test("/ is a page that reports that the app runs", async () => {
    const answer = await get("/");
    expect([answer.status, answer.headers.get("content-type")]).toEqual([200, "text/html; charset=utf-8"]);
  });

  test("/ lists the routes of the app, with links to those that a browser can open", async () => {
    const page = await text("/");
    expect(page).toContain('<li>GET <a href="/empty">/empty</a></li>');
    expect(page).toContain("<li>GET, HEAD /numbers/{n:int}</li>");
    expect(page).toContain("<li>POST /bodies</li>");
    expect(page).not.toContain("switched-off");
    expect(page).not.toContain("/everything");
  });

  test("/admin/functions lists the functions, and one by name", async () => {
    const functions = (await (await get("/admin/functions")).json()) as {
      name: string;
      invoke_url_template: string | null;
      isDisabled: boolean;
    }[];
    expect(functions.map(({ name }) => name)).toEqual(expect.arrayContaining(["a-item", "by-hand", "switched-off"]));
    expect(functions.find(({ name }) => name === "a-item")?.invoke_url_template).toBe(`${host.url}/items/{id}`);
    expect(functions.find(({ name }) => name === "switched-off")?.isDisabled).toBe(true);
    expect(await (await get("/admin/functions/A-ITEM")).json()).toMatchObject({
      name: "a-item",
      config: { bindings: [{ type: "httpTrigger" }, { type: "http" }] },
    });
    expect((await get("/admin/functions/none")).status).toBe(404);
  });

  const json = { "content-type": "application/json" };
  test("/admin/functions/{name} starts a function and does not wait for it", async () => {
    const answer = await get("/admin/functions/by-hand", { method: "POST", headers: json, body: '{"input":""}' });
    expect(answer.status).toBe(202);
    await until(
      () => host.lines,
      (lines) => lines.some((line) => line.endsWith("by hand, past due: false")),
    );
  });

  test.each([
    ["none", json, "{}", 404],
    ["by-hand", json, "", 400],
    ["by-hand", json, "{", 400],
    ["echo", json, "{}", 400],
    ["by-hand", { "content-type": "text/plain" }, "{}", 415],
    ["by-hand", { ...json, origin: "https://example.org" }, "{}", 403],
  ])("a manual run of %s with %j and body %j is a %i", async (name, headers, body, status) => {
    expect((await get(`/admin/functions/${name}`, { method: "POST", headers, body })).status).toBe(status);
  });

  test.each(["/", "/none", "/admin/functions", "/admin/host/ping", "/admin/host/status", "/admin/none"])(
    "%s returns 403 for a request that names another host or origin, so that no web page reads the response",
    async (path) => {
      const heads = [
        "Host: example.org",
        "Host: localhost.example.org",
        "Host: 127.0.0.1.example.org",
        "Host: localhost:7071@example.org",
      ];
      const origins = [
        "Origin: https://example.org",
        "Origin: null",
        "Origin: http://localhost:1",
        "Sec-Fetch-Site: cross-site",
        "Sec-Fetch-Site: same-site",
      ];
      for (const more of [...heads, ...origins.map((header) => `Host: localhost\r\n${header}`)]) {
        const raw = rawRequest(host.url, `GET ${path} HTTP/1.1\r\n${more}\r\nConnection: close\r\n\r\n`);
        await raw.closed;
        expect([more, raw.text()]).toEqual([more, expect.stringMatching(/^HTTP\/1\.1 40[03] /)]);
      }
    },
  );

  test.each(["localhost", "127.0.0.1", "[::1]", "LOCALHOST:1", "127.0.0.1:7071"])(
    "respond to the host name %s of this machine, and to their own page",
    async (name) => {
      const raw = rawRequest(
        host.url,
        `GET / HTTP/1.1\r\nHost: ${name}\r\nOrigin: http://${name}\r\n` +
          "Sec-Fetch-Site: same-origin\r\nConnection: close\r\n\r\n",
      );
      await raw.closed;
      expect(raw.text()).toMatch(/^HTTP\/1\.1 200 /);
    },
  );

  test("/admin/host/status and /admin/host/ping respond", async () => {
    expect(await (await get("/admin/host/status")).json()).toMatchObject({
      state: "Running",
      errors: expect.any(Array),
    });
    expect((await get("/admin/host/ping")).status).toBe(200);
    expect((await get("/admin/host/ping", { method: "POST" })).status).toBe(200);
    expect((await get("/admin/other")).status).toBe(404);
  });
});

test("a disabled function responds only to admin callers", async () => {
  expect(await text("/switched-off")).toBe("on");
});

describe("slow and many clients", () => {
  test("a late request is disconnected", async () => {
    const slowHead = rawRequest(host.url, "GET /echo HTTP/1.1\r\nHost: x\r\n");
    const slowBody = rawRequest(host.url, "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc");
    await Promise.all([slowHead.closed, slowBody.closed]);
    expect(slowHead.text()).toMatch(/^HTTP\/1\.1 408 /);
    expect(slowBody.text()).toMatch(/^(HTTP\/1\.1 408 |$)/);
  });

  test("a steady upload is accepted, regardless of its duration", async () => {
    const upload = rawRequest(
      host.url,
      "POST /echo HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 1000\r\n\r\n",
    );
    const started = performance.now();
    let parts = 0;
    const flow = setInterval(() => {
      parts += 1;
      upload.socket.write("x".repeat(50));
      if (parts === 20) clearInterval(flow);
    }, 100);
    await upload.closed;
    expect(performance.now() - started).toBeGreaterThan(1800);
    expect(upload.text()).toMatch(/^HTTP\/1\.1 200 /);
  });

  test("200 slow connections do not block others", async () => {
    const slow = Array.from({ length: 200 }, () => rawRequest(host.url, "GET /echo HTTP/1.1\r\nHost: x\r\n"));
    await until(
      () => slow.filter(({ socket }) => socket.connecting).length,
      (connecting) => connecting === 0,
    );
    expect((await get("/items/1")).status).toBe(200);
    await Promise.all(slow.map(({ closed }) => closed));
  });

  test("requests over maxOutstandingRequests are a 429, except admin requests", async () => {
    const held = Array.from({ length: 19 }, () => get("/hold"));
    await until(
      () => text("/holding"),
      (count) => count === "19",
    );
    const last = get("/hold");
    const refused = await until(
      () => get("/empty"),
      ({ status }) => status === 429,
    );
    expect(refused.headers.get("x-function-scaleout")).toBe("1");
    expect((await get("/admin/host/status")).status).toBe(200);
    // The slots are free after the timeouts of the functions.
    expect((await Promise.all([...held, last])).map(({ status }) => status)).toEqual(Array(20).fill(500));
    expect((await get("/empty")).status).toBe(200);
  });
});

test("the host listens on loopback only", async () => {
  const others = Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .filter(({ family, internal }) => family === "IPv4" && !internal)
    .map(({ address }) => address);
  const { port } = new URL(host.url);
  const reached = await Promise.all(
    ["127.0.0.1", ...others].map(
      (address) =>
        new Promise<string | undefined>((resolve) => {
          request({ host: address, port, path: "/empty", timeout: 2000 }, () => resolve(address))
            .on("error", () => resolve(undefined))
            .on("timeout", () => resolve(undefined))
            .end();
        }),
    ),
  );
  expect(reached.filter((address) => address !== undefined)).toEqual(["127.0.0.1"]);
});
