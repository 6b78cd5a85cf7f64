/** Permissions of anonymous callers, owners, readers and admins on every route that the app registers. */
import { beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { type Person, useEntraService } from "../support/entra.ts";
import { type JobDocument, jobYaml, type Problem, yaml } from "../support/job-client.ts";
import { ada, claimsOf, principalHeader, tenant } from "../support/principal.ts";
import { type Call, callsOf, lastFunction, openFunctions, registered } from "../support/registered-functions.ts";
import { type SendOptions, send, type TextResponse } from "../support/send.ts";
import { dataFolder, removeData, startOn } from "../support/service-process.ts";
import { startTokenIssuer } from "../support/token-issuer.ts";
import { until } from "../support/until.ts";

const service = useEntraService();
const calls = callsOf(await registered()).filter((call) => call.function !== lastFunction);
const isRead = ({ method }: Call) => method === "GET" || method === "HEAD";
const closed = calls.filter(({ function: name }) => !openFunctions.includes(name));
const ofOneJob = closed.filter(({ route }) => route.includes("{name}"));
const title = ({ method, route }: Call) => `${method} /${route}`;
const spec = jobYaml("mkdir outputs && echo hi > outputs/out.txt");

/** Values for the parameters of routes. A route with another parameter fails a test. */
const parts: readonly (readonly [RegExp, string])[] = [
  [/\{type\}/, "command"],
  [/log_files\/\{first\}\/\{\*rest\}/, "log_files/user_logs/std_log.txt"],
  [/outputs\/\{first\}\/\{\*rest\}/, "outputs/outputs/out.txt"],
];

function lineOf({ method, route }: Call, name: string): string {
  const path = parts.reduce((text, [part, value]) => text.replace(part, value), route.replace("{name}", name));
  if (path.includes("{")) throw new Error(`This test does not know what to put into ${path}.`);
  return `${method} /${path}`;
}

function bodyOf({ method, route }: Call): SendOptions {
  if (method === "PATCH")
    return { headers: { "content-type": "application/merge-patch+json" }, body: '{"description": "changed"}' };
  const isJob = method === "PUT" || route === "api/jobs";
  return !isJob || method === "GET" || method === "HEAD" ? {} : { headers: yaml, body: spec };
}

const request = (
  person: Person | undefined,
  call: Call,
  name: string,
  headers: SendOptions["headers"] = {},
): Promise<TextResponse> => {
  const sent = bodyOf(call);
  return service().as(person, lineOf(call, name), { ...sent, headers: { ...sent.headers, ...headers } });
};
const jobOf = async (person: Person, name: string) =>
  (await service().as(person, `GET /api/jobs/${name}`)).json<JobDocument>();

async function finishedJob(name: string): Promise<void> {
  expect(await service().as("ada", `PUT /api/jobs/${name}`, { headers: yaml, body: spec })).toMatchObject({
    status: 201,
  });
  await until(
    () => jobOf("ada", name),
    ({ status }) => status === "Completed",
  );
  // The index row is written after the record.
  await until(
    () => service().as("ada", "GET /api/jobs?status=Completed"),
    ({ text }) => text.includes(`"${name}"`),
  );
}

beforeAll(async () => {
  await Promise.all(["adas-one", "adas-two"].map(finishedJob));
});

const problemOf = ({ status, headers }: TextResponse) => ({
  status,
  code: headers["x-ms-error-code"],
  challenge: headers["www-authenticate"],
});
const forged = { "x-ms-client-principal": principalHeader(claimsOf(ada, ["admin"])), "x-ms-client-principal-id": ada };

describe("an anonymous caller", () => {
  test.for(closed.map((call) => [title(call), call] as const))(
    "is rejected with 401 by %s, with any principal header",
    async ([, call]) => {
      for (const headers of [{}, forged, { "x-ms-client-principal": "garbage" }]) {
        expect(problemOf(await request(undefined, call, "adas-one", headers))).toEqual({
          status: 401,
          code: "unauthenticated",
          challenge: "Bearer",
        });
      }
    },
  );

  test("is rejected with 401 with a principal header over the size limit", async () => {
    const headers = { "x-ms-client-principal": "A".repeat(24_000) };
    expect(problemOf(await service().as(undefined, "GET /api/jobs", { headers }))).toMatchObject({
      status: 401,
      code: "unauthenticated",
    });
  });

  test("may request the health endpoints and the schemas", async () => {
    for (const call of calls.filter(({ function: name }) => openFunctions.includes(name)))
      expect(await request(undefined, call, "")).toMatchObject({ status: 200 });
  });

  test.each<[string, () => Promise<string>]>([
    ["that has expired", () => service().issuer.token(service().claims("admin"), -600)],
    ["for another app", () => service().issuer.token({ ...service().claims("admin"), aud: "api://another" })],
    [
      "with another issuer",
      () => service().issuer.token({ ...service().claims("admin"), iss: "https://login.example.com" }),
    ],
    ["that is truncated", async () => (await service().issuer.token(service().claims("admin"))).slice(0, -5)],
    [
      "without a signature",
      async () => {
        const parts = ['{"alg":"none"}', JSON.stringify(service().claims("admin"))];
        return `${parts.map((part) => Buffer.from(part).toString("base64url")).join(".")}.`;
      },
    ],
    [
      "signed by another issuer",
      async () => {
        const other = await startTokenIssuer();
        other.close();
        return other.token({ ...service().claims("admin"), iss: service().issuer.url });
      },
    ],
  ])("with a token %s is rejected by the platform", async (_case, token) => {
    const headers = { authorization: `Bearer ${await token()}` };
    expect(await service().as(undefined, "GET /api/jobs", { headers })).toMatchObject({ status: 401, text: "" });
  });

  test.each<[string, Record<string, unknown>]>([
    ["no object id", { oid: undefined }],
    ["no tenant", { tid: undefined }],
    ["two object ids", { oid: [ada, tenant] }],
    ["an invalid object id", { oid: "key" }],
  ])("with a valid token with %s is rejected with 401", async (_case, claims) => {
    const headers = {
      authorization: `Bearer ${await service().issuer.token({ ...service().claims("admin"), ...claims })}`,
    };
    expect(problemOf(await service().as(undefined, "GET /api/jobs", { headers }))).toMatchObject({
      status: 401,
      code: "unauthenticated",
    });
  });
});

test("rejects every caller with 401 if the platform does not authenticate", async () => {
  const alone = await startOn(await dataFolder(), [], {
    environment: { JOBS_AUTH: "entra", WEBSITE_AUTH_ENABLED: "True" },
  });
  onTestFinished(async () => {
    await alone.stop();
    await removeData(alone.data);
  });
  const authorization = `Bearer ${await service().issuer.token(service().claims("admin"))}`;
  for (const headers of [{}, forged, { ...forged, authorization }]) {
    expect(problemOf(await send(alone.url, "GET /api/jobs", { headers }))).toEqual({
      status: 401,
      code: "unauthenticated",
      challenge: "Bearer",
    });
  }
  expect(await send(alone.url, "GET /api/health")).toMatchObject({ status: 200 });
});

test.for(closed.map((call) => [title(call), call] as const))(
  "rejects a caller without a role with 403 at %s",
  async ([, call]) => {
    expect(problemOf(await request("roleless", call, "adas-one"))).toMatchObject({ status: 403, code: "forbidden" });
  },
);

/** The content of a response, without ids, times and the requested name. */
function contentOf({ status, headers, text }: TextResponse, name: string) {
  const { date: _date, "x-ms-invocation-id": _invocation, "x-ms-request-id": id = "", ...rest } = headers;
  return { status, headers: rest, text: text.replaceAll(name, "NAME").replaceAll(id, "ID") };
}

describe("the job of another owner", () => {
  const asAbsent = ofOneJob.filter(({ method }) => method !== "PUT");

  test.for(asAbsent.map((call) => [title(call), call] as const))(
    "returns the same response as a missing job to a submitter: %s",
    async ([, call]) => {
      const before = await jobOf("ada", "adas-one");
      for (const headers of [
        {},
        { "if-match": '"1"' },
        { "if-none-match": "*" },
        { accept: "application/yaml" },
        { range: "bytes=0-1" },
      ]) {
        const [theirs, none] = [
          await request("bob", call, "adas-one", headers),
          await request("bob", call, "none-one", headers),
        ];
        expect(contentOf(theirs, "adas-one")).toEqual(contentOf(none, "none-one"));
      }
      expect(await jobOf("ada", "adas-one")).toEqual(before);
    },
  );

  test("returns 404 for a wait", async () => {
    const headers = { "if-none-match": '"1"' };
    expect(await service().as("bob", "GET /api/jobs/adas-one?wait=60", { headers })).toMatchObject({ status: 404 });
  });

  test.each(["PUT /api/jobs/adas-one", "POST /api/jobs"])("is reported only as a taken name: %s", async (line) => {
    for (const command of ["echo other", "mkdir outputs && echo hi > outputs/out.txt"]) {
      for (const headers of [{}, { "if-match": "*" }, { "if-none-match": "*" }]) {
        const answer = await service().as("bob", line, {
          headers: { ...yaml, ...headers },
          body: jobYaml(command, "name: adas-one\n"),
        });
        const { request_id: _id, ...rest } = answer.json<Problem>();
        expect(rest).toEqual({
          type: "urn:jobgate:error:name_taken",
          title: "Conflict",
          status: 409,
          code: "name_taken",
          detail: "The name adas-one is taken.",
        });
      }
    }
  });

  const ofAll = closed.filter(({ method, route }) => method === "GET" && !route.includes("{name}"));

  test.for(ofAll.map((call) => [title(call), call] as const))(
    "is not included in the response to a submitter: %s",
    async ([, call]) => {
      expect((await request("ada", call, "")).text).not.toBe((await request("bob", call, "")).text);
      expect((await request("bob", call, "")).text).not.toMatch(/adas-|Ada Lovelace|[1-9]\d*,"by_status"/);
    },
  );

  test("is not included in lists, filters and counts", async () => {
    const lists = ["", "?created_by=Ada%20Lovelace", "?q=adas", "?archived=all", "?status=Completed"];
    for (const query of lists) expect((await service().as("bob", `GET /api/jobs${query}`)).text).not.toContain("adas");
    expect((await service().as("bob", "GET /api/stats")).json<{ total: number; by_status: object }>()).toMatchObject({
      total: 0,
      by_status: {},
    });
    expect((await service().as("ada", "GET /api/stats")).json<{ total: number }>().total).toBeGreaterThanOrEqual(2);
  });

  test("cannot be read by the nextLink of another caller, nor by a modified one", async () => {
    const { nextLink } = (await service().as("ada", "GET /api/jobs?maxpagesize=1")).json<{ nextLink: string }>();
    const { pathname, search, searchParams } = new URL(nextLink);
    const token = searchParams.get("continuation") ?? "";
    expect(await service().as("ada", `GET ${pathname}${search}`)).toMatchObject({ status: 200 });
    for (const person of ["bob", "reader", "admin"] as const) {
      expect(problemOf(await service().as(person, `GET ${pathname}${search}`))).toMatchObject({
        status: 400,
        code: "invalid_query",
      });
    }
    const changed = Buffer.from(token, "base64url")
      .toString()
      .replace(/\d(?="\])|\d(?=")/, "0");
    for (const other of [`${token}A`, token.slice(1), Buffer.from(`${changed} `).toString("base64url")]) {
      expect(await service().as("ada", `GET /api/jobs?maxpagesize=1&continuation=${other}`)).toMatchObject({
        status: 400,
      });
    }
  });

  test("is not returned for the same idempotency key of another caller", async () => {
    const headers = { ...yaml, "idempotency-key": '"nightly"' };
    const [adas, bobs] = [
      await service().as("ada", "POST /api/jobs", { headers, body: spec }),
      await service().as("bob", "POST /api/jobs", { headers, body: spec }),
    ];
    expect([adas.status, bobs.status]).toEqual([201, 201]);
    expect(bobs.json<JobDocument>().name).not.toBe(adas.json<JobDocument>().name);
  });

  test("cannot be read with a forged principal header beside a token", async () => {
    expect(await service().as("bob", "GET /api/jobs/adas-one", { headers: forged })).toMatchObject({ status: 404 });
  });
});

describe("a reader", () => {
  const [reads, changes] = [closed.filter(isRead), closed.filter((call) => !isRead(call))];

  test.for(reads.map((call) => [title(call), call] as const))("may request %s", async ([, call]) => {
    expect(await request("reader", call, "adas-one")).toMatchObject({ status: 200 });
  });

  test.for(changes.map((call) => [title(call), call] as const))("is rejected with 403 by %s", async ([, call]) => {
    for (const name of ["adas-one", "none-one"])
      expect(problemOf(await request("reader", call, name))).toMatchObject({ status: 403, code: "forbidden" });
  });

  test("lists the jobs of all owners", async () => {
    expect((await service().as("reader", "GET /api/jobs")).text).toContain('"adas-one"');
  });
});

test("allows an admin everything that the owner of a job may do, except reusing its name", async () => {
  await Promise.all(["for-admin", "for-owner"].map(finishedJob));
  const last = (call: Call) => (call.method === "DELETE" ? 1 : 0);
  for (const call of ofOneJob.toSorted((a, b) => last(a) - last(b))) {
    const [admin, owner] = [await request("admin", call, "for-admin"), await request("ada", call, "for-owner")];
    if (call.method === "PUT") expect([admin.status, owner.status]).toEqual([409, 200]);
    else expect([title(call), admin.status]).toEqual([title(call), owner.status]);
  }
  expect(await service().as("ada", "GET /api/jobs/for-admin")).toMatchObject({ status: 404 });
});

describe("a job", () => {
  test("contains the names of the callers who created and changed it, but not their ids", async () => {
    const { creation_context } = await jobOf("reader", "adas-two");
    expect(creation_context).toMatchObject({ created_by: "Ada Lovelace", created_by_type: "User" });
    const headers = { "content-type": "application/merge-patch+json" };
    const changed = await service().as("admin", "PATCH /api/jobs/adas-two", {
      headers,
      body: '{"tags": {"seen": "yes"}}',
    });
    expect(changed.json<JobDocument>().creation_context).toMatchObject({
      created_by: "Ada Lovelace",
      last_modified_by: "Adam",
    });
    for (const line of ["GET /api/jobs/adas-two", "GET /api/jobs", "GET /api/jobs/adas-two/timeline"]) {
      expect((await service().as("reader", line)).text).not.toMatch(new RegExp(`${ada}|${tenant}`));
    }
  });

  test("created by an app has the created_by_type Application", async () => {
    const oid = "a4400000-0000-4000-8000-000000000004";
    const claims = { tid: tenant, oid, sub: oid, azp: "nightly-runs", roles: ["submitter"] };
    const headers = { ...yaml, authorization: `Bearer ${await service().issuer.token(claims)}` };
    const answer = await service().as(undefined, "POST /api/jobs", { headers, body: spec });
    expect(answer.json<JobDocument>().creation_context).toMatchObject({
      created_by: "nightly-runs",
      created_by_type: "Application",
    });
  });
});

test("logs no token and no principal", () => {
  expect(service().output()).toContain("rejected: 401 unauthenticated");
  // Both are Base64 of JSON that begins with `{"`.
  expect(service().output()).not.toMatch(/eyJ[\w-]{10}|Bearer [\w-]/);
});
