/** Hostile and malformed requests to `npm start`, with limits for the processor time and memory of each. */
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: Azure ML writes its bindings so
import { beforeAll, describe, expect, test } from "vitest";
import { type JobDocument, jobYaml, json, type Problem, runToEnd, yaml } from "../support/job-client.ts";
import { multipartForm } from "../support/multipart-form.ts";
import { cpuMs, memoryMiB, resetPeak } from "../support/process-figures.ts";
import { rawRequest } from "../support/raw-http.ts";
import { callsOf, registered } from "../support/registered-functions.ts";
import { send, type TextResponse } from "../support/send.ts";
import { useService } from "../support/service-process.ts";
import { until } from "../support/until.ts";

const service = useService();
const calls = callsOf(await registered());
const validJob = jobYaml("echo hi");
const pid = () => service().child.pid ?? 0;
const check = (body: string | Uint8Array, headers: Readonly<Record<string, string>> = yaml) =>
  send(service().url, "POST /api/jobs?dry_run=true", { headers, body });
const isUp = async () => (await send(service().url, "GET /api/health")).status === 200;

beforeAll(async () => {
  // The first request loads modules, and the first large text enlarges the heap: these tests measure neither.
  for (let request = 0; request < 30; request += 1) await check(validJob);
  const large = `a: {${repeat(5000, (at) => `k${at}: 1`, ", ")}}\nb: [${repeat(1000, () => "1", ", ")}]`;
  for (let request = 0; request < 10; request += 1) await check(large);
});

/**
 * Cost of one of several attempts: the lowest processor time, because another request or a garbage collection may run
 * during one, and the highest memory, because later attempts reuse the memory of earlier ones.
 */
async function cost(work: () => Promise<unknown>): Promise<{ readonly cpuMs: number; readonly mebibytes: number }> {
  const times: number[] = [];
  const memory: number[] = [];
  for (let attempt = 0; attempt < 5; attempt += 1) {
    resetPeak(pid());
    const [before, size] = [cpuMs(pid()), memoryMiB(pid()).now];
    await work();
    times.push(cpuMs(pid()) - before);
    memory.push(memoryMiB(pid()).peak - size);
  }
  return { cpuMs: Math.min(...times), mebibytes: Math.max(...memory) };
}

const repeat = (count: number, part: (at: number) => string, between = "\n") =>
  Array.from({ length: count }, (_, at) => part(at)).join(between);
const letters = "abcdefghi";

describe("A1: rejects aliases that expand to a large document with 400 in at most 100 ms", () => {
  test.each([
    [
      "billion laughs",
      repeat(
        9,
        (at) =>
          `${letters[at]}: &${letters[at]} [${repeat(9, () => (at === 0 ? "lol" : `*${letters[at - 1]}`), ", ")}]`,
      ),
    ],
    ["forty doublings", repeat(40, (at) => `a${at}: &a${at} [${at === 0 ? "1, 1" : `*a${at - 1}, *a${at - 1}`}]`)],
    ["merge keys", `a: &a {${repeat(5000, (at) => `k${at}: 1`, ", ")}}\nb: {<<: [${repeat(1000, () => "*a", ", ")}]}`],
  ])("%s", async (_case, body) => {
    const { cpuMs, mebibytes } = await cost(async () => expect((await check(body)).status).toBe(400));
    expect(cpuMs).toBeLessThanOrEqual(100);
    expect(mebibytes).toBeLessThanOrEqual(20);
  });
});

describe("A2: rejects deep nesting with 400 in at most 200 ms, 500 times on one service", () => {
  test.each(["[", "- ", "? ", "{a: ", "- ? ", "[{? "])("of %j", async (part) => {
    const bodies = [33, 100, 5000, 100_000].map((depth) =>
      part.repeat(Math.min(depth, Math.floor(250_000 / part.length))),
    );
    expect(
      (await cost(async () => expect((await check(bodies.at(-1) ?? "")).status).toBe(400))).cpuMs,
    ).toBeLessThanOrEqual(200);
    for (let times = 0; times < 500 / 6; times += 1)
      expect((await check(bodies[times % bodies.length] ?? "")).status).toBe(400);
    expect(await isUp()).toBe(true);
  });
});

describe("A3: validates a body of the maximum size in at most 300 ms", () => {
  test.each<[string, string, Readonly<Record<string, string>>]>([
    ["keys", repeat(19_000, (at) => `k${at}: 1`), yaml],
    ["keys in JSON", `{${repeat(19_000, (at) => `"k${at}":1`, ",")}}`, json],
    ["keys that are similar to fields", repeat(9000, (at) => `comand${at}: 1`), yaml],
    ["tags", `${validJob}tags: {${repeat(9000, (at) => `k${at}: 1`, ", ")}}`, yaml],
    ["comments", `${validJob}${"# x\n".repeat(60_000)}`, yaml],
    ["line breaks in quotes", `${validJob}description: "${"\n".repeat(200_000)}"`, yaml],
    ["one string", `${validJob}description: ${"x ".repeat(125_000)}b`, yaml],
    ["escapes", `${validJob}description: "${"\\x41".repeat(60_000)}"`, yaml],
    ["bindings", jobYaml("${{inputs.a}} ".repeat(17_000)), yaml],
    ["texts similar to secrets", jobYaml("a://b:".repeat(40_000)), yaml],
    [
      "a binding without an end, in a node",
      "type: pipeline\njobs: {a: {type: command, component: azureml:c:1, " +
        `inputs: {x: "\${{${" ".repeat(250_000)}"}}}\n`,
      yaml,
    ],
    [
      "bindings without an end",
      JSON.stringify({
        type: "pipeline",
        jobs: { a: { component: "azureml:c:1", inputs: { x: "${{".repeat(80_000) } } },
      }),
      json,
    ],
    ["quotes without an end, as JSON", '\\"'.repeat(130_000), json],
    ["optional parts without an end", jobYaml("$[[".repeat(80_000)), yaml],
    [
      "aliases of a long string",
      `${validJob}tags:\n  a: &a ${"x".repeat(150_000)}\n${repeat(9000, (at) => `  b${at}: *a`)}`,
      yaml,
    ],
    [
      "warnings, one for each line",
      `${validJob}environment_variables:\n${repeat(9000, (at) => `  a${at}: "\${{inputs.x}}"`)}`,
      yaml,
    ],
    [
      "names in names of 100 KB",
      JSON.stringify({
        command: "x",
        environment: "azureml:e:1",
        inputs: {
          ["k".repeat(100_000)]: Object.fromEntries(
            letters.split("").flatMap((a) => Array.from({ length: 900 }, (_, at) => [a + at, 1])),
          ),
        },
      }),
      json,
    ],
    ["digits", `${validJob}tags: {a: ${"1_".repeat(100_000)}}`, yaml],
  ])("%s", async (_case, body, headers) => {
    expect(Buffer.byteLength(body)).toBeLessThanOrEqual(256 * 1024);
    expect(
      (await cost(async () => expect([200, 400]).toContain((await check(body, headers)).status))).cpuMs,
    ).toBeLessThanOrEqual(300);
  });

  test.each([
    ["a string of 5 MB", `${validJob}description: ${"x".repeat(5_000_000)}`, yaml],
    ["1 MB of comments", `${validJob}${"# x\n".repeat(250_000)}`, yaml],
    ["A5: a million lists in JSON", `${"[".repeat(1_000_000)}${"]".repeat(1_000_000)}`, json],
  ])("A3: rejects a larger body with 413: %s", async (_case, body, headers) => {
    expect(await check(body, headers)).toMatchObject({ status: 413 });
  });
});

test("A5: rejects a JSON job with 3000 levels with 400", async () => {
  const deep = `${'{"a":'.repeat(3000)}1${"}".repeat(3000)}`;
  expect(await check(`{"command": "x", "environment": "azureml:e:1", "tags": ${deep}}`, json)).toMatchObject({
    status: 400,
  });
});

describe("A6: bodies of 100 MB", () => {
  const megabyte = Buffer.alloc(1_000_000, "x");
  const chunk = Buffer.concat([Buffer.from(`${megabyte.length.toString(16)}\r\n`), megabyte, Buffer.from("\r\n")]);
  const headOf = (framing: string) =>
    `POST /api/jobs HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n` +
    `Content-Type: application/yaml\r\n${framing}\r\n\r\n`;
  const withLength = headOf("Content-Length: 100000000");
  const withoutLength = headOf("Transfer-Encoding: chunked");
  const refused = /^HTTP\/1\.1 413 .*body_too_large/s;

  test.each([
    ["with Content-Length", withLength, megabyte, ""],
    ["in chunks", withoutLength, chunk, "0\r\n\r\n"],
  ])(
    "20 concurrent ones %s are rejected with 413, with at most 16 MiB of memory each",
    async (_case, head, part, last) => {
      resetPeak(pid());
      const before = memoryMiB(pid()).now;
      const senders = Array.from({ length: 20 }, () => rawRequest(service().url, head));
      for (const { socket } of senders) {
        socket.once("connect", () => {
          for (let sent = 0; sent < 100; sent += 1) socket.write(part);
          socket.write(last);
        });
      }
      await Promise.all(senders.map(({ closed }) => closed));
      for (const { text } of senders) expect(text()).toMatch(refused);
      expect(memoryMiB(pid()).peak - before).toBeLessThanOrEqual(20 * 16);
    },
  );

  test.each([
    ["any byte is read, by their Content-Length", withLength],
    ["64 KiB over the limit are read", `${withoutLength}50000\r\n${"x".repeat(0x50000)}\r\n`],
  ])("are rejected with 413 before %s", async (_case, sent) => {
    const raw = rawRequest(service().url, sent);
    await until(
      () => refused.test(raw.text()),
      (answered) => answered,
    );
    raw.socket.destroy();
  });

  test("are read to their end after the response, so that the connection can be reused", async () => {
    const raw = rawRequest(service().url, withLength.replace("close", "keep-alive"));
    raw.socket.once("connect", () => {
      for (let sent = 0; sent < 100; sent += 1) raw.socket.write(megabyte);
      raw.socket.write("GET /api/health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    });
    await raw.closed;
    expect(raw.text()).toMatch(/^HTTP\/1\.1 413 .*HTTP\/1\.1 200 /s);
  });

  test("are rejected by the host if they exceed its limit", async () => {
    const raw = rawRequest(service().url, headOf(`Content-Length: ${101 * 1024 * 1024}`));
    await raw.closed;
    expect(raw.text()).toMatch(/^HTTP\/1\.1 413 /);
    expect(await isUp()).toBe(true);
  });
});

describe("A7: names of properties of JavaScript objects", () => {
  const names = ["__proto__", "constructor", "prototype", "hasOwnProperty", "toString"];

  test.each(names)("%s is an unknown form part, an unknown query parameter and a valid tag", async (name) => {
    const form = multipartForm([{ name, content: validJob }]);
    expect((await check(form.body, { "content-type": form.type })).json<Problem>()).toMatchObject({
      code: "invalid_request",
      detail: expect.stringContaining(name),
    });
    expect((await send(service().url, `GET /api/jobs?${name}=1`)).json<Problem>()).toMatchObject({
      code: "invalid_query",
    });
    expect(await send(service().url, `GET /api/jobs?tag=${name}`)).toMatchObject({ status: 200 });
    expect(await send(service().url, `GET /api/jobs/${name}`)).toMatchObject({ status: 404 });
    const tagged = await check(`${validJob}tags: {${name}: kept}`);
    expect(Object.entries(tagged.json<{ job: { tags: object } }>().job.tags)).toEqual([[name, "kept"]]);
  });
});

describe("A8: names with special characters", () => {
  const invalidNames = [
    "\u202e",
    "\u200b",
    "e\u0301",
    "é",
    "😀",
    "\r\n",
    "\u0001",
    "\ufffe",
    "..",
    ".",
    "%2e%2e%2f",
    "..%2f",
    "\\",
    "CON.",
    "a.",
    " a",
    "a ",
    "a/b",
    "a\u0000b",
  ];

  test.each(invalidNames)("%j is rejected as a job name, in the path and in the job", async (name) => {
    const line = `PUT /api/jobs/${encodeURIComponent(name)}`;
    // A path of dots only is the path of the list.
    expect([400, 404, 405]).toContain((await send(service().url, line, { headers: yaml, body: validJob })).status);
    expect(
      await send(service().url, "POST /api/jobs", {
        headers: yaml,
        body: `${validJob}name: ${JSON.stringify(name)}\n`,
      }),
    ).toMatchObject({ status: 400 });
    expect(await send(service().url, "GET /api/jobs")).toMatchObject({ status: 200 });
  });
});

describe("A11: file names that contain header syntax", () => {
  const names = ['a"; filename="b.html', "ü😀.txt", "it's (1)*.txt", "100%25.txt", "a;b,c=d.txt"];

  test("are encoded in Content-Disposition", async () => {
    const command = ["mkdir outputs", ...names.map((name) => `echo x > ${JSON.stringify(`outputs/${name}`)}`)].join(
      "; ",
    );
    const { name: job, status } = await runToEnd(service().url, jobYaml(command));
    expect(status).toBe("Completed");
    const listed = (await send(service().url, `GET /api/jobs/${job}/outputs`))
      .json<{ value: { path: string }[] }>()
      .value.map(({ path }) => path);
    expect(new Set(listed)).toEqual(new Set(names.map((name) => `outputs/${name}`)));
    for (const path of listed) {
      const answer = await send(
        service().url,
        `GET /api/jobs/${job}/outputs/${path.split("/").map(encodeURIComponent).join("/")}`,
      );
      expect(answer).toMatchObject({
        status: 200,
        text: "x\n",
        headers: { "content-type": "application/octet-stream" },
      });
      expect(answer.headers["content-disposition"]).toMatch(/^attachment; filename\*=UTF-8''[\w.%~-]+$/);
    }
  });

  test.each(["x%0d%0aSet-Cookie:%20a=b", "x%0aLocation:%20http://evil.test", "%C3%A9%00"])(
    "%s in a path adds no response header",
    async (path) => {
      for (const line of [
        `GET /api/jobs/${path}`,
        `PUT /api/jobs/${path}`,
        `GET /api/jobs/none/log_files/${path}`,
        `GET /api/jobs/none/outputs/${path}`,
      ]) {
        const answer = await send(service().url, line, line.startsWith("PUT") ? { headers: yaml, body: validJob } : {});
        expect([400, 404]).toContain(answer.status);
        expect([answer.headers["set-cookie"], answer.headers.location]).toEqual([undefined, undefined]);
      }
    },
  );
});

/** Media types that a page of another site can send without a preflight request. */
const simple = ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"];

describe("A15: a page of another site", () => {
  const values = { "{name}": "some-job", "{first}/{*rest}": "a/b", "{type}": "command", "{*path}": "nothing" };
  const lineOf = ({ method, route }: (typeof calls)[number]) =>
    Object.entries(values).reduce((line, [part, value]) => line.replace(part, value), `${method} /${route}`);
  const refused = ({ status, headers }: TextResponse) => ({
    status,
    code: headers["x-ms-error-code"],
    allowed: headers["access-control-allow-origin"],
  });

  test.for(calls.map((call) => [lineOf(call)] as const))(
    "is rejected with 403 by %s, for each foreign Host and Origin",
    async ([line]) => {
      const { port } = new URL(service().url);
      for (const [headers, code] of [
        [{ host: `rebound.example:${port}` }, "not_loopback"],
        [
          { host: `127.0.0.1.rebound.example:${port}`, origin: `http://127.0.0.1.rebound.example:${port}` },
          "not_loopback",
        ],
        [{ origin: "https://evil.example" }, "foreign_origin"],
        [{ origin: "null" }, "foreign_origin"],
        [{ origin: `http://localhost.evil.example:${port}` }, "foreign_origin"],
        [{ "sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors" }, "foreign_origin"],
        [{ "sec-fetch-site": "same-site" }, "foreign_origin"],
      ] as const) {
        expect(refused(await send(service().url, line, { headers }))).toEqual({
          status: 403,
          code,
          allowed: undefined,
        });
      }
    },
  );

  test.each(simple)("cannot submit a job as %s, even from an old browser that sends no Origin", async (type) => {
    expect([400, 415]).toContain(
      (await send(service().url, "POST /api/jobs", { headers: { "content-type": type }, body: validJob })).status,
    );
  });

  test("receives no CORS headers for a preflight request", async () => {
    const headers = {
      origin: "https://evil.example",
      "access-control-request-method": "POST",
      "access-control-request-headers": "content-type",
    };
    const answer = await send(service().url, "OPTIONS /api/jobs", { headers });
    expect(answer.status).toBe(403);
    expect((await send(service().url, "OPTIONS /api/jobs")).status).toBe(405);
    expect(Object.keys(answer.headers).filter((name) => name.startsWith("access-control"))).toEqual([]);
  });

  test("creates no job", async () => {
    const { value } = (await send(service().url, "GET /api/jobs")).json<{ value: JobDocument[] }>();
    expect(value.map(({ status }) => status)).toEqual(["Completed"]);
  });
});

test("accepts unknown query parameters on the health endpoints, as platform probes send them", async () => {
  for (const path of ["health", "health/ready"])
    expect(await send(service().url, `GET /api/${path}?cache-buster=1&x`)).toMatchObject({ status: 200 });
});
