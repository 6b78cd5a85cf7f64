/** Unusual requests to all routes of the app and of its host. */
import type { Call } from "../registered-functions.ts";
import { type FuzzBody, fuzzBody } from "./fuzz-body.ts";
import type { Random } from "./random.ts";

export interface FuzzRequest {
  readonly bytes: Buffer;
  /** The behavior of the client; only one that waits must get a response. */
  readonly end: "wait" | "close" | "reset" | "half-close" | "close while it is answered";
}

export interface FuzzOptions {
  readonly calls: readonly Call[];
  /** Names of existing jobs, which are not deleted. */
  readonly names: readonly string[];
  /** Paths of existing log and output files. */
  readonly files: readonly string[];
}

const odd = [
  "..",
  ".",
  "%2e%2e",
  "a%2Fb",
  "%00",
  "%0d%0a",
  "%ff",
  "\u0001",
  "é",
  "%F0%9F%98%80",
  "a b",
  "%",
  "%zz",
  "x".repeat(300),
  "..%5c",
  "CON",
  "-",
  "_",
  "~",
  "'",
  "%27",
  "[",
  "|",
  "*",
  "a".repeat(2000),
  "$",
  "{name}",
  "constructor",
  "__proto__",
  "",
];
const hostCalls = [
  "/",
  "/admin/functions",
  "/admin/functions/health",
  "/admin/host/status",
  "/admin/host/ping",
  "/admin/x",
  "/none",
  "/api",
  "/runtime/webhooks/blobs",
  "*",
  "http://localhost/api/health",
  "http://example.org/api/jobs",
  "//",
  "/api//jobs",
  "/api/jobs/../../etc",
  "/API/JOBS",
];
const methods = [
  "GET",
  "POST",
  "PUT",
  "PATCH",
  "DELETE",
  "HEAD",
  "OPTIONS",
  "TRACE",
  "CONNECT",
  "PROPFIND",
  "get",
  "NONE",
  "G\u0001T",
];
const parameters = [
  "dry_run",
  "job",
  "wait",
  "maxpagesize",
  "status",
  "tag",
  "q",
  "type",
  "archived",
  "created_after",
  "continuation",
  "days",
  "code",
  "experiment_name",
  "compute",
  "follow",
  "tail",
  "prefix",
  "active",
  "__proto__",
  "",
  "x",
];
const values = [
  "true",
  "false",
  "1",
  "0",
  "-1",
  "2",
  "1e3",
  "all",
  "Running",
  "Completed,Failed",
  "a:b",
  "../x",
  "job.yml",
  "2026-01-01T00:00:00Z",
  "%00",
  "%ff",
  "",
  "x".repeat(400),
  "%F0%9F%98%80",
  "e%CC%81",
  "command",
  "61",
  "999999999999",
  "{}",
  "null",
];
/** Headers that the service reads, with valid and invalid values. */
const headers: Readonly<Record<string, readonly string[]>> = {
  Accept: [
    "application/yaml",
    "application/json",
    "text/event-stream",
    "image/png",
    "*/*;q=0",
    ",",
    "a/b;q=x",
    "text/html",
  ],
  "Accept-Encoding": ["gzip", "identity;q=0", "*"],
  "Content-Encoding": ["gzip", "br", "identity", "x"],
  Range: [
    "bytes=0-",
    "bytes=0-0",
    "bytes=5-2",
    "bytes=-5",
    "bytes=0-1,3-4",
    "bytes=99999999999999999999-",
    "lines=1-2",
    "bytes=a-b",
    "bytes=-0",
  ],
  "If-Range": ['"x"', "Thu, 01 Jan 1970 00:00:00 GMT", "x"],
  "If-Match": ["*", '"x"', 'W/"x"', '"a", "b"', "x", '"'],
  "If-None-Match": ["*", '"x"', 'W/"x"', "x", '"'.repeat(1000)],
  "If-Modified-Since": ["Thu, 01 Jan 1970 00:00:00 GMT", "x"],
  "If-Unmodified-Since": ["Thu, 01 Jan 1970 00:00:00 GMT"],
  "Idempotency-Key": ["a", '"a"', '"', "é", "x".repeat(300), "sig=abc"],
  Origin: ["http://localhost", "https://example.org", "null", "x"],
  "Sec-Fetch-Site": ["same-origin", "cross-site", "x"],
  Expect: ["100-continue", "x"],
  "X-MS-CLIENT-PRINCIPAL": ["x", "e30=", "bnVsbA=="],
  "x-ms-invocation-id": ["error", "1"],
  "x-host-secret": ["x"],
  "x-forwarded-host": ["example.org"],
  "x-functions-key": ["x"],
  traceparent: [
    "00-00000000000000000000000000000000-0000000000000000-00",
    "x",
    "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
  ],
  tracestate: ["a=b", "x".repeat(600)],
  Authorization: ["Bearer x", "Basic eDp4", "x"],
  Cookie: ["a=b", "AppServiceAuthSession=x"],
  Upgrade: ["websocket", "h2c"],
  "Last-Event-ID": ["5", "x"],
  "X-Long": ["x".repeat(9000), "x".repeat(40_000)],
  "X-Odd": ["\u00ff\u0080", "\t", "a\u0000b", "a\r\n b"],
  __proto__x: ["x"],
};
const names = [...Object.keys(headers), "Accept", "Range", "Range", "If-Match", "If-None-Match", "If-Range"];

/** A random request. */
export function fuzzRequest(random: Random, options: FuzzOptions): FuzzRequest {
  const call = random.pick(options.calls);
  const method = random.oneIn(12) ? random.pick(methods) : call.method;
  const target = random.oneIn(20)
    ? random.pick(hostCalls)
    : `/${pathOf(random, call, method, options)}${query(random, call)}`;
  const hasBody = random.oneIn(method === "GET" || method === "HEAD" ? 20 : 1) && !random.oneIn(15);
  const body = hasBody ? fuzzBody(random) : undefined;
  const framed = frame(random, body);
  const lines = [...framed.headers, ...someHeaders(random), "Connection: close"];
  const host = random.oneIn(40)
    ? random.pick([
        "Host: example.org\r\n",
        "Host: localhost\r\nHost: localhost\r\n",
        "",
        "Host: \r\n",
        "Host: [::1]\r\n",
      ])
    : "Host: localhost\r\n";
  const version = random.oneIn(100) ? random.pick(["1.0", "2.0", "1.2", "0.9"]) : "1.1";
  const head = Buffer.from(
    `${method} ${target} HTTP/${version}\r\n${host}${lines.map((line) => `${line}\r\n`).join("")}\r\n`,
    random.oneIn(2) ? "latin1" : "utf8",
  );
  const whole = Buffer.concat([head, framed.bytes]);
  if (!random.oneIn(12)) return { bytes: whole, end: "wait" };
  const end = random.pick(["close", "reset", "half-close", "close while it is answered"] as const);
  return {
    bytes:
      end !== "close while it is answered" && random.oneIn(2) ? whole.subarray(0, random.int(whole.length)) : whole,
    end,
  };
}

/** Never deletes an existing job. */
function pathOf(random: Random, { route }: Call, method: string, { names, files }: FuzzOptions): string {
  return route.replaceAll(/\{([^}]+)\}/g, (_, parameter: string) => {
    if (random.oneIn(6)) return random.pick(odd);
    if (parameter === "name")
      return method === "DELETE" || random.oneIn(8) ? `none-${random.int(50)}` : random.pick(names);
    if (/type/.test(parameter)) return random.pick(["job", "command", "pipeline", "none"]);
    return random.pick(files);
  });
}

function query(random: Random, call: Call): string {
  const isSubmission = call.function === "submit-job";
  const count = random.oneIn(3) ? 1 + random.int(3) : 0;
  const pairs = Array.from({ length: count }, () => `${random.pick(parameters)}=${random.pick(values)}`);
  // Most submissions are dry runs, because each running job is a process.
  const all = isSubmission && !random.oneIn(20) ? ["dry_run=true", ...pairs] : pairs;
  return all.length === 0 ? "" : `?${all.join("&")}`;
}

function someHeaders(random: Random): string[] {
  const count = random.oneIn(2) ? 0 : 1 + random.int(4);
  return Array.from({ length: count }, () => {
    const name = random.pick(names);
    return `${name}: ${random.pick(headers[name] ?? [])}`;
  });
}

interface Framed {
  readonly headers: readonly string[];
  readonly bytes: Buffer;
}

/** The bytes of a body on the connection, mostly valid. */
function frame(random: Random, body: FuzzBody | undefined): Framed {
  if (body === undefined) return { headers: [], bytes: Buffer.alloc(0) };
  const { bytes, type } = body;
  const headers = type === "" ? [] : [`Content-Type: ${type}`];
  const chunk = Buffer.concat([Buffer.from(`${bytes.length.toString(16)}\r\n`), bytes, Buffer.from("\r\n")]);
  const chunks = (end: string) => Buffer.concat([...(bytes.length === 0 ? [] : [chunk]), Buffer.from(end)]);
  const chunked = "Transfer-Encoding: chunked";
  const length = `Content-Length: ${bytes.length}`;
  switch (random.int(40)) {
    case 0:
    case 1:
    case 2:
      return { headers: [...headers, chunked], bytes: chunks("0\r\n\r\n") };
    case 3:
      return { headers: [...headers, chunked, "Trailer: x"], bytes: chunks("0\r\nx: y\r\nContent-Length: 5\r\n\r\n") };
    case 4:
      return { headers: [...headers, length, chunked], bytes: chunks("0\r\n\r\n") };
    case 5:
      return { headers: [...headers, length, `Content-Length: ${bytes.length + 1}`], bytes };
    case 6:
      return { headers: [...headers, "Transfer-Encoding: gzip, chunked"], bytes: chunks("0\r\n\r\n") };
    case 7:
      return { headers: [...headers, "Transfer-Encoding: x"], bytes };
    case 8:
      return { headers: [...headers, chunked], bytes: Buffer.concat([Buffer.from("zz\r\n"), bytes]) };
    case 9:
      return {
        headers: [...headers, `Content-Length: ${random.pick(["-1", "x", "1e3", "99999999999999999999", "+1", ""])}`],
        bytes,
      };
    case 10:
      // Less than the real length: the rest is not a request.
      return { headers: [...headers, `Content-Length: ${Math.floor(bytes.length / 2)}`], bytes };
    default:
      return { headers: [...headers, length], bytes };
  }
}
