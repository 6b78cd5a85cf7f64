/** The job, the readiness probe and the log contain the reason why a job waits. */
import { afterAll, beforeAll, expect, test } from "vitest";
import type { FaultKind } from "../../local/azureml-server/faults.ts";
import { json } from "../../local/azureml-server/request-and-reply.ts";
import { type AzureMLServer, startAzureMLServer } from "../../local/azureml-server/server.ts";
import { getJob, jobYaml, submit, waitForStatus } from "../support/job-client.ts";
import { noticeOf, waitForFailedCheck, waitForNotice } from "../support/job-notices.ts";
import { dataFolder, removeData, type ServiceProcess, startOn } from "../support/service-process.ts";

const lasting = jobYaml("echo hello", "tags: {azureml_server.course: lasts}\n").replace("any@latest", "any:1");

let server: AzureMLServer;
let services: readonly ServiceProcess[] = [];

beforeAll(async () => {
  server = await startAzureMLServer({ speed: 5 });
  const { subscriptionId, resourceGroup, name } = server.state.workspace;
  const workspace = {
    JOBS_AZUREML_SUBSCRIPTION_ID: subscriptionId,
    JOBS_AZUREML_RESOURCE_GROUP: resourceGroup,
    JOBS_AZUREML_WORKSPACE: name,
  };
  const start = async (environment: NodeJS.ProcessEnv) =>
    startOn(await dataFolder(), ["--backend", "azureml"], {
      environment: { ...workspace, JOBS_AZUREML_TIMEOUT_MS: "2000", ...environment },
    });
  const isHere = { JOBS_AZUREML_ARM_URL: server.url };
  services = await Promise.all([start(isHere), start({ ...isHere, JOBS_AZUREML_DATA_URL: "https://nowhere.invalid" })]);
});
afterAll(async () => {
  for (const service of services) {
    await service.kill();
    await removeData(service.data);
  }
  await server.close();
});

const rejects = (status: number, code: string, headers = {}): FaultKind => {
  const answer = json(status, { error: { code, message: "Client 11111111-2222 is not wanted." } });
  return {
    kind: "answer",
    answer: { ...answer, headers: { ...answer.headers, "x-ms-request-id": "request-77", ...headers } },
  };
};

const outages: readonly (readonly [string, string, FaultKind])[] = [
  ["does not accept the token", "credential_missing", rejects(401, "InvalidAuthenticationToken")],
  ["rejects the service", "forbidden", rejects(403, "AuthorizationFailed")],
  ["throttles", "throttled", rejects(429, "TooManyRequests", { "retry-after": "3" })],
  ["has an internal error", "unreachable", rejects(500, "InternalServerError")],
  ["has lost its workspace", "workspace_missing", rejects(404, "ResourceGroupNotFound")],
  ["closes every connection", "unreachable", { kind: "dropped" }],
];

test.each(outages)(
  "while Azure ML %s, a new job, a running job and the readiness probe report %s",
  async (_description, code, effect) => {
    const [{ url }] = services as readonly [ServiceProcess, ServiceProcess];
    const running = (await submit(url, lasting)).name;
    await waitForStatus(url, running, "Running");
    const fault = server.faults.add({ matches: () => true, effect });
    const { name } = await submit(url, lasting);
    const [job, other, readiness] = await Promise.all([
      waitForNotice(url, name, code),
      waitForNotice(url, running, code),
      waitForFailedCheck(url, "backend", code),
    ]);
    expect([job.status, other.status, job.error, other.error]).toEqual(["NotStarted", "Running", undefined, undefined]);
    expect(JSON.stringify(readiness)).not.toMatch(/11111111|127\.0\.0\.1|workspaces|request-77/);
    if (code === "throttled") expect(noticeOf(job)?.message).toContain("The backend requested a pause until 20");
    fault.end();
    await Promise.all([waitForStatus(url, name, "Running"), waitForNotice(url, running, undefined)]);
    expect(noticeOf(await getJob(url, name))).toBeUndefined();
  },
);

test("logs the details of each cause with the request id", () => {
  const lines = (services[0]?.output() ?? "").split("\n").filter((line) => line.includes("forbidden: "));
  expect(lines).toContainEqual(
    expect.stringMatching(/warning: .*forbidden: Azure ML could not .*403 AuthorizationFailed.*request id request-77/),
  );
});

test("logs the settings to check for a missing workspace, and no cause twice", () => {
  const output = services[0]?.output() ?? "";
  expect(output).toMatch(
    /warning: .*workspace_missing: .*Check JOBS_AZUREML_SUBSCRIPTION_ID, JOBS_AZUREML_RESOURCE_GROUP and JOBS_AZUREML_WORKSPACE/,
  );
  expect(output).not.toContain("AzureMLError:");
  expect(
    output.split("\n").filter((line) => /^.*Azure ML could not (read .*)Azure ML could not \1/.test(line)),
  ).toEqual([]);
});

test("reports an unresolvable host name with the notice dns", async () => {
  const [, { url }] = services as readonly [ServiceProcess, ServiceProcess];
  const { name } = await submit(url, lasting);
  expect(await waitForNotice(url, name, "dns")).toMatchObject({
    status: "NotStarted",
    notice: { message: expect.stringContaining("nowhere.invalid") },
  });
});

test("reports unreachable on a new and a running job while the server of Azure ML is stopped", async () => {
  const [{ url }] = services as readonly [ServiceProcess, ServiceProcess];
  const running = (await submit(url, lasting)).name;
  await waitForStatus(url, running, "Running");
  await server.close();
  const { name } = await submit(url, lasting);
  const jobs = await Promise.all([
    waitForNotice(url, name, "unreachable"),
    waitForNotice(url, running, "unreachable"),
    waitForFailedCheck(url, "backend", "unreachable"),
  ]);
  expect(noticeOf(jobs[0])?.message).toContain("ECONNREFUSED");
});
