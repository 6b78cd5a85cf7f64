import { describe, expect, test } from "vitest";
import { empty, json } from "../../../local/azureml-server/request-and-reply.ts";
import { cancelJob } from "../../../shared/service/jobs/cancel-job.ts";
import { deleteJob } from "../../../shared/service/jobs/delete-job.ts";
import { editJob } from "../../../shared/service/jobs/edit-job.ts";
import { submitJob } from "../../../shared/service/jobs/submit-job.ts";
import { pollJobs } from "../../../shared/service/lifecycle/poll-jobs.ts";
import { takeRunEvent } from "../../../shared/service/lifecycle/take-run-event.ts";
import {
  azuremlJob,
  azuremlSubmission,
  recordOf,
  statuses,
  submitJobs,
  testCredential,
  useAzureMLWorld,
} from "../../support/azureml.ts";
import { deliverAll, passTime } from "../../support/memory/pass-time.ts";

const forbidden = json(403, {
  error: {
    code: "AuthorizationFailed",
    message: "The client 'x' does not have authorization to perform action 'read'.",
  },
});
const isPut = ({ method, path }: { readonly method: string; readonly path: string }) =>
  method === "PUT" && /\/jobs\/[^/]+$/.test(path);

describe("a PUT whose response is lost", () => {
  test.each(["lost", "cut", "dropped"] as const)(
    "creates one job with at most two PUTs (connection: %s)",
    async (kind) => {
      const world = await useAzureMLWorld();
      const fault = world.server.faults.add({ matches: isPut, effect: { kind }, maxCount: 1 });
      await submitJob(world, azuremlSubmission("iris"));
      await deliverAll(world);
      expect(fault.count).toBe(1);
      expect(world.server.requests.filter(isPut).length).toBeLessThanOrEqual(2);
      expect([...world.server.state.jobs.keys()]).toEqual(["iris"]);
      await passTime(world, 2);
      expect(await recordOf(world, "iris")).toMatchObject({ status: "Completed" });
    },
  );

  test("is detected even if reads fail too", async () => {
    const world = await useAzureMLWorld();
    world.server.faults.add({ matches: isPut, effect: { kind: "lost" }, maxCount: 1 });
    const reads = world.server.faults.add({
      matches: ({ method }) => method === "GET",
      effect: { kind: "dropped" },
      maxCount: 5,
    });
    await submitJob(world, azuremlSubmission("iris"));
    await deliverAll(world);
    await passTime(world, 3);
    expect(reads.count).toBe(5);
    expect([...world.server.state.jobs.keys()]).toEqual(["iris"]);
    expect(await recordOf(world, "iris")).toMatchObject({ status: "Completed" });
  });

  test.each(["", "null", "{}", '{"properties":null}'])(
    "is not reported as another job if the first read returns %j",
    async (text) => {
      const { server, backend } = await useAzureMLWorld();
      const job = azuremlJob();
      server.faults.add({ matches: isPut, effect: { kind: "lost" }, maxCount: 1 });
      const half = server.faults.add({
        matches: ({ method, path }) => method === "GET" && path.endsWith(`/jobs/${job.name}`),
        effect: { kind: "answer", answer: { status: 200, text } },
        maxCount: 1,
      });
      await expect(backend.submit(job)).rejects.toMatchObject({ code: "unavailable" });
      expect(half.count).toBe(1);
      expect(await backend.submit(job)).toMatchObject({ status: "Starting" });
      expect(server.requests.filter(isPut)).toHaveLength(1);
    },
  );
});

describe("a submission during an outage of Azure ML", () => {
  test("is retried until the outage ends", async () => {
    const world = await useAzureMLWorld();
    const fault = world.server.faults.add({ matches: () => true, effect: { kind: "dropped" } });
    await submitJob(world, azuremlSubmission("iris"));
    await deliverAll(world);
    await passTime(world, 30);
    expect(await recordOf(world, "iris")).toMatchObject({ status: "NotStarted" });
    expect(fault.count).toBeGreaterThan(10);
    fault.end();
    await passTime(world, 12);
    expect(await recordOf(world, "iris")).toMatchObject({ status: "Completed" });
  });

  test("is retried for a day, then the job is Failed", async () => {
    const world = await useAzureMLWorld();
    world.server.faults.add({ matches: () => true, effect: { kind: "dropped" } });
    await submitJob(world, azuremlSubmission("iris"));
    await deliverAll(world);
    // In steps under an hour, because a longer gap does not count as time of retries.
    for (let minutes = 0; minutes < 25 * 60; minutes += 50) {
      world.clock.advance(50 * 60_000);
      await passTime(world, 0.25);
    }
    expect(await recordOf(world, "iris")).toMatchObject({
      status: "Failed",
      error: { code: "backend_unreachable", message: expect.stringContaining("Azure ML could not") },
    });
  });
});

test("does not cancel a job that is Finalizing, and writes the reason to its timeline", async () => {
  const world = await useAzureMLWorld({}, { speed: 0.05 });
  await submitJobs(world, 1, "succeeds");
  await passTime(world, 2.25);
  expect(await recordOf(world, "job-0")).toMatchObject({ status: "Running" });
  world.clock.advance(10_000);
  await cancelJob(world, "job-0");
  await passTime(world, 3);
  const { status, timeline } = await recordOf(world, "job-0");
  expect(status).toBe("Completed");
  expect(timeline.map(({ message }) => message)).toContainEqual(
    expect.stringMatching(/^The backend refused to cancel: Job job-0 is in status Finalizing/),
  );
});

describe("a name that another job of the workspace has", () => {
  test("fails the job and does not change the other one", async () => {
    const [first, second] = await Promise.all([useAzureMLWorld(), useAzureMLWorld()]);
    const world = { ...second, server: first.server, backend: first.backend };
    await submitJobs(first, 1, "lasts");
    await submitJob(world, azuremlSubmission("job-0"));
    await deliverAll(world);
    expect(await recordOf(world, "job-0")).toMatchObject({ status: "Failed", error: { code: "name_taken" } });
    await passTime(first, 1);
    expect(await recordOf(first, "job-0")).toMatchObject({ status: "Running" });
  });

  test("fails the job at once if the other one was deleted", async () => {
    const world = await useAzureMLWorld();
    await submitJobs(world, 1, "succeeds");
    await passTime(world, 2);
    await deleteJob(world, "job-0");
    expect(await world.records.get("job-0")).toBeUndefined();
    await submitJob(world, azuremlSubmission("job-0"));
    await deliverAll(world);
    expect(await recordOf(world, "job-0")).toMatchObject({
      status: "Failed",
      error: { code: "name_taken", message: expect.stringContaining("belonged to a deleted job") },
    });
  });
});

describe("a job that Azure ML rejects", () => {
  test("is Failed with the code and message of Azure ML", async () => {
    const world = await useAzureMLWorld();
    await submitJob(world, azuremlSubmission("iris"));
    const refusal = json(400, { error: { code: "UserError", message: "The field limits is not valid.", details: [] } });
    const fault = world.server.faults.add({ matches: isPut, effect: { kind: "answer", answer: refusal } });
    await deliverAll(world);
    expect(fault.count).toBe(1);
    expect(await recordOf(world, "iris")).toMatchObject({
      status: "Failed",
      error: { code: "UserError", message: "The field limits is not valid." },
    });
  });

  test("without a message, as for a missing compute, is Failed with an explanation", async () => {
    const world = await useAzureMLWorld();
    await submitJob(world, azuremlSubmission("iris", { compute: "azureml:gone" }));
    world.server.faults.add({ matches: isPut, effect: { kind: "answer", answer: empty(404) } });
    await deliverAll(world);
    expect(await recordOf(world, "iris")).toMatchObject({
      status: "Failed",
      error: { code: "http_404", message: expect.stringContaining("compute") },
    });
  });
});

describe("an edit that Azure ML rejects", () => {
  test("is stored in the record, but not in Azure ML", async () => {
    const world = await useAzureMLWorld();
    await submitJobs(world, 1);
    await passTime(world, 1);
    const fault = world.server.faults.add({
      matches: ({ method }) => method === "PATCH",
      effect: { kind: "answer", answer: json(400, { error: { code: "UserError", message: "Too long." } }) },
    });
    await editJob(world, "job-0", { edit: { description: "roses" }, by: { name: "local", type: "User" } });
    await passTime(world, 2);
    expect(fault.count).toBe(1);
    expect(await recordOf(world, "job-0")).toMatchObject({ edits: { description: "roses" } });
    expect(world.server.state.jobs.get("job-0")?.properties.description).toBeNull();
  });
});

test("requests log URLs when the first logs exist, and again ten minutes before they expire", async () => {
  const world = await useAzureMLWorld();
  await submitJobs(world, 1);
  await passTime(world, 1);
  expect(await world.logUrls.get("job-0")).toBeUndefined();
  // Signed for eight hours, as by Azure ML.
  const signed = () => {
    const expiry = new Date(world.clock.now().getTime() + 8 * 3_600_000).toISOString();
    return `https://acct.blob.core.windows.net/c/log?se=${expiry}&sig=x`;
  };
  const change = (text: string) =>
    JSON.stringify({ ...JSON.parse(text), status: "Running", logFiles: { "user_logs/std_log.txt": signed() } });
  world.server.faults.add({ matches: ({ path }) => path.endsWith("/details"), effect: { kind: "changed", change } });
  await passTime(world, 2);
  const first = await world.logUrls.get("job-0");
  const until = (minutes: number) =>
    world.clock.advance(Date.parse(first?.expires_at ?? "") - minutes * 60_000 - world.clock.now().getTime());
  until(12);
  await passTime(world, 1);
  expect(await world.logUrls.get("job-0")).toEqual(first);
  until(10);
  await passTime(world, 1.25);
  const second = await world.logUrls.get("job-0");
  expect(Date.parse(second?.expires_at ?? "") - Date.parse(first?.expires_at ?? "")).toBeGreaterThan(7 * 3_600_000);
});

test("polls a job at the next tick after an event of its run, and uses the status of the poll", async () => {
  const world = await useAzureMLWorld();
  await submitJobs(world, 1);
  world.clock.advance(1_200_000);
  await passTime(world, 2);
  const job = world.server.state.jobs.get("job-0");
  if (job === undefined) throw new Error("The server has no job.");
  world.clock.advance(1000);
  expect(await pollJobs(world)).toMatchObject({ due: 0 });
  job.cancelAt = world.clock.now().getTime() - 1000;
  const event = (runId: string) => ({
    eventType: "Microsoft.MachineLearningServices.RunStatusChanged",
    data: { runId, runStatus: "Failed" },
  });
  expect([await takeRunEvent(world, event("another")), await takeRunEvent(world, event("job-0"))]).toEqual([
    false,
    true,
  ]);
  expect(await pollJobs(world)).toMatchObject({ due: 1 });
  await deliverAll(world);
  expect(await recordOf(world, "job-0")).toMatchObject({ status: "Canceled" });
});

describe("a workspace that does not authorize the app", () => {
  test("fails a submitted job with the reason and the missing role if it rejects writes", async () => {
    const world = await useAzureMLWorld();
    world.server.faults.add({ matches: isPut, effect: { kind: "answer", answer: forbidden } });
    await submitJob(world, azuremlSubmission("iris"));
    await deliverAll(world);
    expect(await recordOf(world, "iris")).toMatchObject({
      status: "Failed",
      error: {
        code: "AuthorizationFailed",
        message: expect.stringMatching(/does not have authorization.*AzureML Data Scientist/),
      },
    });
  });

  test("fails readiness if it rejects all requests, and jobs wait until the app is authorized", async () => {
    const world = await useAzureMLWorld();
    const fault = world.server.faults.add({ matches: () => true, effect: { kind: "answer", answer: forbidden } });
    await submitJob(world, azuremlSubmission("iris"));
    await deliverAll(world);
    expect(await recordOf(world, "iris")).toMatchObject({ status: "NotStarted" });
    await expect(world.backend.ready()).rejects.toThrow(/does not have authorization/);
    fault.end();
    await passTime(world, 3);
    expect(await recordOf(world, "iris")).toMatchObject({ status: "Completed" });
  });

  test("does not change running jobs, and is reported once for each tick", async () => {
    const world = await useAzureMLWorld();
    const names = await submitJobs(world, 20);
    await passTime(world, 1);
    const fault = world.server.faults.add({ matches: () => true, effect: { kind: "answer", answer: forbidden } });
    world.clock.advance(60_000);
    expect((await pollJobs(world)).outage).toMatchObject({
      reason: "forbidden",
      message: expect.stringMatching(/403 AuthorizationFailed.*AzureML Data Scientist/),
    });
    // After the first rejections no further jobs are requested, because all would be rejected.
    expect(fault.count).toBeLessThanOrEqual(24);
    expect(await statuses(world, names)).toEqual({ Running: 20 });
    fault.end();
    world.clock.advance(3_600_000);
    await passTime(world, 2);
    expect(await statuses(world, names)).toEqual({ Completed: 20 });
  });
});

test("fails a job that was deleted in Azure ML after it was not found three times", async () => {
  const world = await useAzureMLWorld();
  await submitJobs(world, 1);
  await passTime(world, 1);
  const job = world.server.state.jobs.get("job-0");
  if (job === undefined) throw new Error("The server has no job.");
  job.deleted = true;
  await passTime(world, 5);
  expect(await recordOf(world, "job-0")).toMatchObject({
    status: "Failed",
    error: { code: "backend_job_not_found" },
    not_found_at: { length: 3 },
  });
});

test("renews an expired token once for all running jobs", async () => {
  const credential = testCredential();
  const world = await useAzureMLWorld({ credential });
  const names = await submitJobs(world, 20, "lasts");
  await passTime(world, 1);
  expect(credential.given).toBe(1);
  world.server.expireTokens();
  await passTime(world, 1);
  expect(credential.given).toBe(2);
  expect(world.server.requests.some(({ status }) => status === 401)).toBe(true);
  expect(await statuses(world, names)).toEqual({ Running: 20 });
});

test("keeps jobs open and reports credential_missing if the token is not accepted", async () => {
  const world = await useAzureMLWorld();
  await submitJobs(world, 1);
  await passTime(world, 1);
  world.server.faults.add({
    matches: () => true,
    effect: { kind: "answer", answer: json(401, { error: { code: "InvalidAuthenticationToken", message: "No." } }) },
  });
  world.clock.advance(60_000);
  expect((await pollJobs(world)).outage).toMatchObject({
    reason: "credential_missing",
    message: expect.stringContaining("401 InvalidAuthenticationToken"),
  });
  expect(await recordOf(world, "job-0")).toMatchObject({ status: "Running" });
});
