// The fake of Azure ML replies like Azure ML in recorded exchanges.
import { describe, expect, test } from "vitest";
import { courseTag } from "../../../../local/azureml-server/state.ts";
import { useAzureMLServer } from "../../../support/azureml.ts";

const version = "api-version=2025-12-01";
const command = {
  jobType: "Command",
  command: "echo hello",
  environmentId: "azureml:any:1",
  computeId: "/computes/cpu",
  tags: {},
  properties: { mine: "1" },
};

interface Reply {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests read any field of a body
  readonly body: any;
}

async function start(options: Parameters<typeof useAzureMLServer>[0] = {}) {
  let time = Date.parse("2026-03-01T12:00:00.000Z");
  const server = await useAzureMLServer({ speed: 1, now: () => time, ...options });
  const ask = async (
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = { authorization: "Bearer t" },
  ): Promise<Reply> => {
    const url = path.startsWith("http")
      ? path
      : `${server.url}${path.startsWith("/") ? path : `${server.state.root}/${path}`}`;
    const answer = await fetch(url, { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
    const text = await answer.text();
    return { status: answer.status, headers: answer.headers, text, body: text === "" ? undefined : JSON.parse(text) };
  };
  return {
    server,
    ask,
    pass: (seconds: number) => {
      time += seconds * 1000;
    },
    put: (name: string, properties: object = command) => ask("PUT", `jobs/${name}?${version}`, { properties }),
    details: (name: string) => ask("GET", `/history/v1.0${server.state.root}/runs/${name}/details`),
  };
}

const innerCodes = (reply: Reply): string[] => {
  const value = reply.body.error.additionalInfo.find((info: { type: string }) => info.type === "InnerError").info.value;
  return [value.code, value.innerError?.code].filter((code) => code !== undefined);
};

describe("a request", () => {
  test("needs a token on both planes", async () => {
    const { ask, server } = await start();
    expect((await ask("GET", `jobs?${version}`, undefined, {})).status).toBe(401);
    expect((await ask("GET", `/history/v1.0${server.state.root}/runs/x`, undefined, {})).status).toBe(401);
  });

  test("needs an API version on the plane of Azure Resource Manager only", async () => {
    const { ask, put, details } = await start();
    expect(await ask("GET", "jobs")).toMatchObject({
      status: 400,
      body: { error: { code: "MissingApiVersionParameter" } },
    });
    await put("j");
    expect((await details("j")).status).toBe(200);
  });

  test("is rejected with an expired token", async () => {
    const { ask, server } = await start();
    await ask("GET", `jobs?${version}`);
    server.expireTokens();
    expect(await ask("GET", `jobs?${version}`)).toMatchObject({
      status: 401,
      body: { error: { code: "ExpiredAuthenticationToken" } },
    });
    expect((await ask("GET", `jobs?${version}`, undefined, { authorization: "Bearer new" })).status).toBe(200);
  });
});

describe("the PUT of a job", () => {
  test("creates a job with the fields that Azure ML adds", async () => {
    const { put } = await start();
    const reply = await put("j");
    expect(reply).toMatchObject({
      status: 201,
      body: {
        name: "j",
        type: "Microsoft.MachineLearningServices/workspaces/jobs",
        properties: {
          status: "Starting",
          displayName: "j",
          experimentName: "Default",
          description: null,
          codeId: null,
          properties: { mine: "1", "_azureml.ComputeTargetType": "amlctrain" },
          resources: { instanceCount: 1, shmSize: "2g" },
          outputs: { default: { jobOutputType: "uri_folder", mode: "ReadWriteMount" } },
          services: {
            Studio: { endpoint: expect.stringContaining("https://ml.azure.com/runs/j?wsid=") },
            Tracking: { jobServiceType: "Tracking" },
          },
        },
        systemData: { createdAt: "2026-03-01T12:00:00.0000000+00:00" },
      },
    });
    expect(reply.headers.get("location")).toMatch(/\/jobs\/j\?api-version=2025-12-01$/);
    expect(reply.headers.get("x-ms-ratelimit-remaining-subscription-writes")).toBe("199");
  });

  test.each([
    ["-j", command],
    ["a.b", command],
    ["x".repeat(256), command],
    ["j", { ...command, jobType: "Other" }],
    ["j", { ...command, command: null }],
    ["j", { ...command, environmentId: undefined }],
    ["j", { jobType: "Sweep", trial: {}, objective: {}, searchSpace: {} }],
    ["j", { ...command, tags: { a: 1 } }],
    ["j", { ...command, properties: { a: "x".repeat(1001) } }],
  ])("is rejected for the name %s with %j", async (name, properties) => {
    const { put } = await start();
    expect(await put(name, properties)).toMatchObject({ status: 400, body: { error: { code: "UserError" } } });
  });

  test("is rejected for an existing job with the same or other content", async () => {
    const { put } = await start();
    await put("j");
    for (const properties of [
      command,
      { ...command, command: "other" },
      { ...command, computeId: null },
      { ...command, properties: { mine: "2" } },
    ]) {
      const reply = await put("j", properties);
      expect([reply.status, innerCodes(reply)]).toEqual([400, ["Immutable", "JobPropertyImmutable"]]);
      expect(reply.body.error.message).toMatch(/^A job with this name already exists/);
    }
  });

  test("updates the metadata of a job whose other content is sent as stored", async () => {
    const { put, ask } = await start();
    const { body } = await put("j");
    const changed = {
      ...body.properties,
      isArchived: true,
      tags: { a: "1" },
      properties: { ...body.properties.properties, more: "2" },
    };
    expect(await put("j", changed)).toMatchObject({
      status: 200,
      body: { properties: { isArchived: true, properties: { mine: "1", more: "2" } } },
    });
    expect(await ask("GET", `jobs/j?${version}`)).toMatchObject({ body: { properties: { tags: { a: "1" } } } });
  });
});

test("the status of a job follows its course", async () => {
  const { put, details, pass } = await start();
  await put("j", { ...command, tags: { [courseTag]: "fails" } });
  const seen: string[] = [];
  for (let second = 0; second < 8; second += 1, pass(1)) seen.push((await details("j")).body.status);
  expect(seen).toEqual(["Starting", "Preparing", "Queued", "Running", "Running", "Finalizing", "Failed", "Failed"]);
  expect((await details("j")).body).toMatchObject({
    startTimeUtc: "2026-03-01T12:00:03.0000000+00:00",
    endTimeUtc: "2026-03-01T12:00:06.0000000+00:00",
    error: { error: { code: "UserError", innerError: { code: "BadArgument" } } },
    properties: { mine: "1", ProcessInfoFile: expect.any(String) },
  });
});

test("a job can run again after NotResponding, and be queued again after Running", async () => {
  const { put, details, pass } = await start();
  await put("j", { ...command, tags: { [courseTag]: "flaps" } });
  const seen: string[] = [];
  for (let second = 0; second < 11; second += 1, pass(1)) seen.push((await details("j")).body.status);
  expect(seen.slice(3)).toEqual([
    "Running",
    "NotResponding",
    "Running",
    "Queued",
    "Running",
    "Finalizing",
    "Completed",
    "Completed",
  ]);
});

describe("a cancel", () => {
  test("is accepted with the body null, and its operation finishes later", async () => {
    const { put, ask, details, pass } = await start();
    await put("j");
    const reply = await ask("POST", `jobs/j/cancel?${version}`);
    expect([reply.status, reply.text]).toEqual([202, "null"]);
    expect((await details("j")).body.status).toBe("CancelRequested");
    const location = reply.headers.get("location") ?? "";
    expect(location).toMatch(/mfeOperationResults\/jc:[0-9a-f-]+:j\?/);
    const results = [await ask("GET", location), await ask("GET", location), await ask("GET", location)];
    expect(results.map(({ status, text }) => [status, text])).toEqual([
      [202, "{}"],
      [202, "{}"],
      [200, ""],
    ]);
    pass(1);
    expect((await details("j")).body.status).toBe("Canceled");
  });

  test.each([7, 100])("is rejected for a finishing or finished job (after %i s)", async (seconds) => {
    const { put, ask, pass } = await start();
    await put("j");
    pass(seconds);
    expect(await ask("POST", `jobs/j/cancel?${version}`)).toMatchObject({
      status: 400,
      body: { error: { code: "UserError" } },
    });
  });
});

describe("the list of jobs", () => {
  test("has linked pages with the newest jobs first", async () => {
    const { put, ask } = await start({ pageSize: 2 });
    for (const name of ["a", "b", "c", "d", "e"]) await put(name);
    const names: string[][] = [];
    let next: string | undefined = `jobs?${version}`;
    while (next !== undefined) {
      const { body }: Reply = await ask("GET", next);
      names.push(body.value.map((job: { name: string }) => job.name));
      next = body.nextLink;
    }
    expect(names).toEqual([["e", "d"], ["c", "b"], ["a"]]);
  });

  test.each(["q", "", Buffer.from("page:x").toString("base64url")])("rejects the continuation %j", async (skip) => {
    const { ask } = await start();
    const answer = await ask("GET", `jobs?${version}&$skip=${skip}`);
    expect([answer.status, answer.body.error.code, innerCodes(answer)]).toEqual([400, "UserError", ["BadArgument"]]);
  });

  test.each([
    ["", ["b", "a"]],
    ["listViewType=All", ["c", "b", "a"]],
    ["listViewType=ArchivedOnly", ["c"]],
    ["tag=t", ["b"]],
    ["properties=mine=2", ["b"]],
    ["properties=mine", ["b", "a"]],
    ["jobType=Sweep", []],
  ])("is filtered by %s", async (query, names) => {
    const { put, ask } = await start();
    await put("a");
    await put("b", { ...command, tags: { t: "x" }, properties: { mine: "2" } });
    await put("c", { ...command, isArchived: true });
    const { body } = await ask("GET", `jobs?${version}&${query}`);
    expect(body.value.map((job: { name: string }) => job.name)).toEqual(names);
  });
});

describe("run history", () => {
  test("returns many runs at once, with an error for unknown ones", async () => {
    const { put, ask, server } = await start();
    await put("j");
    const { body } = await ask("POST", `/history/v1.0${server.state.root}/batchrundata`, {
      requests: { a: { runId: "j" }, b: { runId: "k" } },
    });
    expect(body).toMatchObject({
      successfulResults: { a: { runMetadata: { runId: "j", status: "Starting" } } },
      failedResults: { b: { error: { code: "UserError" } } },
    });
  });

  test("merges changes of a run, and deletes tags by name", async () => {
    const { put, ask, server, details } = await start();
    await put("j", { ...command, tags: { a: "1" } });
    const run = `/history/v1.0${server.state.root}/runs/j`;
    await ask("PATCH", run, { displayName: "new", tags: { b: "2" }, properties: { more: "3" } });
    expect((await details("j")).body).toMatchObject({
      displayName: "new",
      tags: { a: "1", b: "2" },
      properties: { mine: "1", more: "3" },
    });
    expect((await ask("PATCH", run, { properties: { mine: "other" } })).status).toBe(400);
    await ask("PATCH", `/history/v1.0${server.state.root}/experiments/Default/runs/j/tags`, {
      tagsToModify: {},
      tagsToDelete: ["a"],
    });
    expect((await details("j")).body.tags).toEqual({ b: "2" });
  });

  test("has pages of the children of a pipeline, which have no properties in Azure Resource Manager", async () => {
    const { put, ask, server, pass } = await start();
    await put("p", { jobType: "Pipeline", computeId: "/computes/cpu", jobs: { one: {}, two: {}, three: {} } });
    const children = `/history/v1.0${server.state.root}/runs/p/children`;
    expect((await ask("GET", children)).body.value).toEqual([]);
    pass(4);
    const first = (await ask("GET", `${children}?$top=2`)).body;
    expect(first.value.map((run: { displayName: string }) => run.displayName)).toEqual(["one", "two"]);
    const second = (await ask("GET", `${children}?$top=2&$continuationtoken=${first.continuationToken}`)).body;
    expect(second).toMatchObject({ value: [{ displayName: "three", parentRunId: "p" }], continuationToken: null });
    expect((await ask("GET", `jobs/p_one?${version}`)).body).toMatchObject({ name: "p_one", properties: null });
    const damaged = await ask("GET", `${children}?$continuationtoken=q`);
    expect(damaged).toMatchObject({
      status: 400,
      body: { error: { code: "UserError" }, componentName: "run-history" },
    });
  });
});

test("missing resources are 404, each in the format of its service", async () => {
  const { ask, details } = await start();
  const job = await ask("GET", `jobs/j?${version}`);
  expect([job.status, job.body.error.message, innerCodes(job)]).toEqual([404, "Job j not found.", ["NotFoundError"]]);
  expect((await ask("GET", `computes/none?${version}`)).text).toBe("");
  expect(await details("j")).toMatchObject({
    status: 404,
    body: { error: { code: "UserError" }, componentName: "run-history" },
  });
  const other = "/subscriptions/s/resourceGroups/g/providers/Microsoft.MachineLearningServices/workspaces/other/jobs";
  expect(await ask("GET", `${other}?${version}`)).toMatchObject({
    status: 404,
    body: { error: { code: "ResourceNotFound" } },
  });
});

test("the bucket of reads starts at 250 and refills at 25 a second", async () => {
  const { ask, pass, server } = await start();
  const read = () => ask("GET", `jobs/j?${version}`);
  for (let left = 249; left >= 0; left -= 1)
    expect((await read()).headers.get("x-ms-ratelimit-remaining-subscription-reads")).toBe(String(left));
  const refused = await read();
  expect([refused.status, refused.body.error.code, refused.headers.get("retry-after")]).toEqual([
    429,
    "SubscriptionRequestsThrottled",
    "1",
  ]);
  pass(1);
  expect((await read()).headers.get("x-ms-ratelimit-remaining-subscription-reads")).toBe("24");
  expect(server.buckets.reads.lowest).toBeLessThan(1);
});

describe("assets", () => {
  test("have versions, newest first; the same content can be repeated, and other content is a conflict", async () => {
    const { ask, pass } = await start();
    const at = (v: number) => `environments/train/versions/${v}?${version}`;
    for (const v of [1, 2]) {
      expect((await ask("PUT", at(v), { properties: { image: `i${v}` } })).status).toBe(201);
      pass(1);
    }
    expect((await ask("PUT", at(2), { properties: { image: "i2" } })).status).toBe(200);
    expect((await ask("PUT", at(2), { properties: { image: "other" } })).status).toBe(409);
    const list = await ask("GET", `environments/train/versions?${version}&$orderBy=createdtime desc&$top=1`);
    expect(list.body.value).toMatchObject([{ name: "2", properties: { image: "i2" } }]);
    expect((await ask("GET", `environments/train?${version}`)).body.properties).toMatchObject({ latestVersion: "2" });
    expect((await ask("GET", `environments/none?${version}`)).status).toBe(404);
  });

  test("of code are found by their hash, and keep their path", async () => {
    const { ask } = await start();
    const properties = { codeUri: "https://x/c", properties: { hash_sha256: "abc", hash_version: "202208" } };
    await ask("PUT", `codes/one/versions/1?${version}`, { properties });
    expect((await ask("GET", `codes/other/versions?${version}&hash=abc&hashVersion=202208`)).body.value).toHaveLength(
      1,
    );
    expect((await ask("GET", `codes/other/versions?${version}&hash=abd&hashVersion=202208`)).body.value).toEqual([]);
    const moved = await ask("PUT", `codes/one/versions/1?${version}`, {
      properties: { ...properties, codeUri: "https://x/d" },
    });
    expect([moved.status, moved.body.error.message]).toEqual([400, "Asset paths cannot be updated."]);
  });
});

test("a finished job can be deleted repeatedly, and its name cannot be used again", async () => {
  const { put, ask, pass } = await start();
  await put("j");
  expect((await ask("DELETE", `jobs/j?${version}`)).status).toBe(400);
  pass(100);
  expect((await ask("DELETE", `jobs/j?${version}`)).status).toBe(200);
  expect((await ask("DELETE", `jobs/j?${version}`)).status).toBe(204);
  expect((await ask("GET", `jobs/j?${version}`)).status).toBe(404);
  const again = await put("j", { ...command, command: "other" });
  expect([again.status, innerCodes(again)]).toEqual([400, ["Immutable", "JobPropertyImmutable"]]);
  expect((await ask("GET", `jobs/j?${version}`)).status).toBe(404);
});
