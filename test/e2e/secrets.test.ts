/**
 * Runs the service with full logging and sends secrets in every place of a request. Afterwards the log, storage and
 * responses are searched for them. Texts that are not secrets are sent too, to prove that the search works.
 */
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: Azure ML writes its bindings so
import { randomBytes } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { createFinder, type Found } from "../support/find-text.ts";
import { openInbox } from "../support/inbox-client.ts";
import { type JobDocument, jobYaml, json, yaml } from "../support/job-client.ts";
import { multipartForm } from "../support/multipart-form.ts";
import { type SendOptions, send, type TextResponse } from "../support/send.ts";
import { dataFolder, removeData, type ServiceProcess, startOn } from "../support/service-process.ts";
import { until } from "../support/until.ts";
import { zipOf } from "../support/zip.ts";

const plant = (what: string) => `${what}${randomBytes(12).toString("hex")}`;
const secrets = {
  sas: plant("sas"),
  accountKey: plant("acct"),
  password: plant("pass"),
  connectionKey: plant("conn"),
  bearer: `${plant("ey")}.${plant("jwt")}`,
  cookie: plant("cook"),
  wrongKey: plant("wrong"),
  idempotencyKey: plant("idem"),
  environment: plant("env"),
};
const plain = { name: plant("name"), description: plant("text"), printed: plant("log"), path: plant("path") };

const sasUrl = `https://acct.blob.core.windows.net/data/f.csv?sv=2026-01-01&sp=r&sig=${secrets.sas}`;
const connection =
  `DefaultEndpointsProtocol=https;AccountName=acct;AccountKey=${secrets.accountKey};` +
  "EndpointSuffix=core.windows.net";
const passwordUrl = `https://user:${secrets.password}@example.org/repo`;
const hidden = [sasUrl, encodeURIComponent(sasUrl), connection, passwordUrl];
const validJob = jobYaml("echo hi");

/** Jobs with a secret in each field that is stored, validated or reported. */
const leaky: readonly string[] = [
  ...hidden.flatMap((secret) => [
    `${validJob}environment_variables: {A: ${JSON.stringify(secret)}}`,
    `${validJob}inputs: {data: {type: uri_file, path: ${JSON.stringify(secret)}}}`,
    `${validJob}tags: {a: ${JSON.stringify(secret)}}`,
    `${validJob}properties: {a: ${JSON.stringify(secret)}}`,
    `${validJob}description: ${JSON.stringify(secret)}`,
    `${validJob}display_name: ${JSON.stringify(secret)}`,
    `${validJob}experiment_name: ${JSON.stringify(secret)}`,
    `${validJob}compute: ${JSON.stringify(secret)}`,
    jobYaml(`curl '${secret}'`),
    // Also invalid for another reason.
    `${validJob}name: ${JSON.stringify(secret)}`,
    `${validJob}type: ${JSON.stringify(secret)}`,
    `${validJob}code: ${JSON.stringify(secret)}`,
    `${validJob}limits: {timeout: ${JSON.stringify(secret)}}`,
    `${validJob}limits: ${JSON.stringify(secret)}`,
    `${validJob}resources: {instance_count: ${JSON.stringify(secret)}}`,
    `${validJob}identity: {type: ${JSON.stringify(secret)}}`,
    `${validJob}inputs: {data: {type: ${JSON.stringify(secret)}}}`,
    `${validJob}tags: [${JSON.stringify(secret)}]`,
    `${validJob}comand: ${JSON.stringify(secret)}`,
    `${validJob}tags: {a: b, a: ${JSON.stringify(secret)}}`,
    `${validJob}${JSON.stringify(secret)}: 1`,
    `${validJob}tags: {${JSON.stringify(secret)}: x}`,
    `${validJob}properties: {${JSON.stringify(secret)}: x}`,
    `${validJob}environment_variables: {${JSON.stringify(secret)}: x}`,
    `${validJob}inputs: {${JSON.stringify(secret)}: x}`,
    `${validJob}environment_variables: {A: ${JSON.stringify(secret)}}\ntags: {b: [`,
    `${validJob}tags: {a: !!python/object "${secret}"}`,
    `${validJob}tags: {a: "${secret}\n  b: c`,
    `${validJob}? [${JSON.stringify(secret)}]\n: x`,
    `- ${secret}`,
    secret,
  ]),
  `type: distillation
teacher_model_endpoint_connection:
  {type: serverless, name: t, endpoint: https://t.example.org, api_key: ${secrets.connectionKey}}
data_generation_type: label_generation
data_generation_task_type: NLI
student_model: azureml://registries/azureml-meta/models/Meta-Llama-3.1-8B-Instruct/versions/1
training_data: {type: uri_file, path: azureml:data:1}
outputs: {registered_model: {type: mlflow_model, name: m}}
`,
];

const keyOf = (data: string) =>
  (JSON.parse(readFileSync(join(data, "keys.json"), "utf8")) as { functionKeys: { default: string } }).functionKeys
    .default;

let service: ServiceProcess;
let key: string;
let hits: readonly Found[];
let openHits: readonly Found[];
const answers: { readonly line: string; readonly text: string }[] = [];
const signatures: string[] = [];

async function call(line: string, { headers = {}, ...sent }: SendOptions = {}): Promise<TextResponse> {
  const answer = await send(service.url, line, { ...sent, headers: { "x-functions-key": key, ...headers } });
  answers.push({
    line: line.split("?")[0] ?? "",
    text: `${answer.status} ${JSON.stringify(answer.headers)} ${answer.text}`,
  });
  return answer;
}

/** Returns the jobs that were not rejected. */
async function sendLeakyJobs(): Promise<string[]> {
  const taken: string[] = [];
  for (const body of leaky) {
    const bundle = zipOf({ "job.yml": body });
    const form = multipartForm([
      { name: "job", content: body },
      { name: "bundle", content: zipOf({ a: "b" }) },
    ]);
    const refused = [
      await call("POST /api/jobs", { headers: yaml, body }),
      await call("PUT /api/jobs/leaky", { headers: yaml, body }),
      await call("POST /api/jobs", { headers: { "content-type": "application/zip" }, body: bundle }),
      await call("POST /api/jobs", { headers: { "content-type": form.type }, body: form.body }),
    ];
    await call("POST /api/jobs?dry_run=true", { headers: yaml, body });
    if (refused.some(({ status }) => status !== 400 && status !== 422))
      taken.push(`${refused.map(({ status }) => status).join()}: ${body}`);
  }
  for (const secret of hidden) {
    await call("POST /api/jobs", {
      headers: json,
      body: `{"command": "x", "tags": {"a": ${JSON.stringify(secret)}}, `,
    });
    await call("POST /api/jobs", { headers: json, body: `{"command": ${JSON.stringify(secret)}, "environment": 7}` });
  }
  return taken;
}

async function sendSecretHeaders(): Promise<void> {
  const headers = { authorization: `Bearer ${secrets.bearer}`, cookie: `AppServiceAuthSession=${secrets.cookie}` };
  await call("GET /api/jobs", { headers });
  await call("GET /api/jobs/none", { headers });
  await call(`GET /api/jobs?code=${key}&maxpagesize=1`, { headers });
  await call(`GET /api/jobs?token=${secrets.bearer}&sig=${secrets.sas}`, { headers });
  await call(`GET /api/jobs?continuation=${secrets.bearer}`);
  await call(`GET /api/jobs/none?code=${secrets.wrongKey}`);
  await call("GET /api/jobs", { headers: { "x-functions-key": secrets.wrongKey } });
  await call("GET /api/jobs", {
    headers: { ...headers, "x-ms-token-aad-access-token": secrets.bearer, "x-ms-client-principal": secrets.bearer },
  });
  for (const body of [validJob, jobYaml("echo other"), "command: ["])
    await call("POST /api/jobs", { headers: { ...yaml, "idempotency-key": secrets.idempotencyKey }, body });
}

/** Runs a job from its submission to its deletion, with a text that is not a secret in each place. */
async function runPlainJob(): Promise<void> {
  const body = jobYaml(
    `echo ${plain.printed}; env; mkdir outputs; echo ${plain.printed} > outputs/o.txt`,
    `description: ${plain.description}\n`,
  );
  expect(await call(`PUT /api/jobs/${plain.name}`, { headers: yaml, body })).toMatchObject({ status: 201 });
  await until(
    async () => (await call(`GET /api/jobs/${plain.name}`)).json<JobDocument>(),
    ({ status }) => status === "Completed",
    60_000,
  );
  const patch = { "content-type": "application/merge-patch+json" };
  for (const secret of hidden) {
    expect(
      await call(`PATCH /api/jobs/${plain.name}`, { headers: patch, body: JSON.stringify({ tags: { a: secret } }) }),
    ).toMatchObject({ status: 400 });
    expect(
      await call(`PATCH /api/jobs/${plain.name}`, { headers: patch, body: JSON.stringify({ [secret]: 1 }) }),
    ).toMatchObject({ status: 400 });
    expect(
      await call(`PATCH /api/jobs/${plain.name}`, {
        headers: patch,
        body: JSON.stringify({ tags: { [secret]: "x" } }),
      }),
    ).toMatchObject({ status: 400 });
  }
  await call(`PATCH /api/jobs/${plain.name}`, { headers: patch, body: '{"tags": {"a": "b"}}' });
  await call(`POST /api/jobs/${plain.name}/cancel`);
  await call(`GET /api/jobs/${plain.name}/log_files/user_logs/std_log.txt`);
  // The only response that may contain signatures.
  const { text } = await send(service.url, `GET /api/jobs/${plain.name}/log_files`, {
    headers: { "x-functions-key": key },
  });
  signatures.push(...Array.from(text.matchAll(/sig=([^&"]+)/g), ([, signature = ""]) => decodeURIComponent(signature)));
  for (const path of ["", "/timeline", "/outputs", "/outputs/outputs/o.txt"])
    await call(`GET /api/jobs/${plain.name}${path}`);
  await call(`POST /api/jobs/${plain.name}/rerun`);
  await call("GET /api/jobs");
  await call("GET /api/stats");
  await call(`GET /api/jobs/${plain.path}`);
}

let taken: readonly string[];

/** All logs enabled, and a secret in the environment of the machine. */
const loud = {
  AzureFunctionsJobHost__logging__logLevel__default: "Trace",
  AZURE_LOG_LEVEL: "verbose",
  MY_OWN_SECRET: secrets.environment,
};

beforeAll(async () => {
  service = await startOn(await dataFolder(), ["--enable-auth"], { environment: loud });
  key = keyOf(service.data);
  taken = await sendLeakyJobs();
  await sendSecretHeaders();
  await runPlainJob();
  await service.stop();
  const finder = createFinder({
    ...secrets,
    key,
    ...Object.fromEntries(signatures.map((signature, at) => [`signature ${at}`, signature])),
  });
  const search = ({ inText, inFolder }: ReturnType<typeof createFinder>): Found[] => [
    ...inText(service.output(), "output"),
    ...answers.flatMap(({ line, text }) => inText(text, `answer to ${line}`)),
    ...inFolder(service.data, ["keys.json"]),
  ];
  hits = search(finder);
  openHits = search(createFinder(plain));
}, 120_000);
afterAll(() => removeData(service.data));

const placesOf = (what: keyof typeof plain) => [
  ...new Set(openHits.filter((hit) => hit.what === what).map(({ place }) => place)),
];

describe("a text that is not a secret is found in", () => {
  test.each<[string, keyof typeof plain, RegExp]>([
    ["the log", "path", /^output$/],
    ["answers", "description", /^answer to GET \/api\/jobs$/],
    ["records, dumps and bundles", "description", /^azurite\/__blobstorage__\//],
    ["logs of jobs", "printed", /^azurite\/__blobstorage__\//],
    ["rows of tables", "description", /^azurite\/__azurite_db_table__\.json$/],
    ["messages of queues, which are Base64", "name", /^azurite\/__queuestorage__\//],
    ["folders of jobs", "printed", /^jobs\//],
  ])("%s", (_where, what, place) => {
    expect(placesOf(what)).toContainEqual(expect.stringMatching(place));
  });
});

test("logs storage calls and each step of the host", () => {
  expect(service.output()).toMatch(/azure:\S+:(info|verbose)/);
  expect(service.output()).toContain("rejected: 400 invalid_job");
});

test("rejects every job with a secret and stores nothing of it", () => {
  expect(taken).toEqual([]);
  expect(readdirSync(join(service.data, "jobs")).filter((name) => name.startsWith("leaky"))).toEqual([]);
});

test("signs the URL of a log", () => {
  expect(signatures).not.toEqual([]);
});

test("includes no secret in logs, responses, blobs, rows, messages or files", () => {
  expect(hits).toEqual([]);
});

test("includes no secret of a dropped file in its receipt, rows, messages or the log", async () => {
  const dropped = await startOn(await dataFolder(), [], { environment: loud });
  onTestFinished(() => removeData(dropped.data));
  const inbox = openInbox(dropped.data);
  const files = leaky.flatMap((body, at) => [
    [`leaky/${at}.yml`, body] as const,
    [`leaky/${at}.zip`, zipOf({ "job.yml": body })] as const,
  ]);
  await Promise.all(files.map(([path, body]) => inbox.drop(path, body)));
  const receipts = await inbox.allReceipts(files.map(([path]) => path));
  await dropped.stop();
  expect(new Set(receipts.map(({ outcome }) => outcome))).toEqual(new Set(["refused"]));
  const { inText, inFolder } = createFinder(secrets);
  const inFiles = inFolder(dropped.data).filter(({ place }) => !place.startsWith(join("azurite", "__blobstorage__")));
  expect([
    ...inText(dropped.output(), "output"),
    ...receipts.flatMap((receipt) => inText(JSON.stringify(receipt), receipt.path)),
    ...inFiles,
  ]).toEqual([]);
  expect(JSON.stringify(receipts)).toContain("inline_secret");
});
