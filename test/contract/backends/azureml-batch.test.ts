import { describe, expect, test } from "vitest";
import { empty } from "../../../local/azureml-server/request-and-reply.ts";
import type { AzureMLServer } from "../../../local/azureml-server/server.ts";
import { azuremlJob, backendOn, useAzureMLServer } from "../../support/azureml.ts";
import { createManualClock } from "../../support/memory/clock.ts";

const jobs = Array.from({ length: 120 }, (_, index) => azuremlJob("lasts", {}, `job-${index}`));

async function running() {
  const clock = createManualClock();
  const server = await useAzureMLServer({ speed: 1, now: () => clock.now().getTime() });
  const backend = backendOn(server, { clock, batch: true });
  for (const job of jobs) await backend.submit(job);
  clock.advance(10_000);
  return { clock, server, backend };
}

const callsOf = (server: AzureMLServer) => {
  const seen = server.takeRequests();
  return { batches: seen.filter(({ path }) => path.endsWith("/batchrundata")).length, all: seen.length };
};
const statuses = (answers: readonly { readonly observation: { readonly status: string } | undefined }[]) =>
  new Set(answers.map(({ observation }) => observation?.status));

describe("by batches", () => {
  test("fifty unchanged jobs are observed with one call", async () => {
    const { clock, server, backend } = await running();
    const first = await backend.observe(jobs);
    callsOf(server);
    clock.advance(10_000);
    const second = await backend.observe(jobs);
    expect(callsOf(server)).toEqual({ batches: 3, all: 3 });
    expect(second.map(({ name }) => name)).toEqual(jobs.map(({ name }) => name));
    expect(second.map(({ observation }) => ({ ...observation, observed_at: "" }))).toEqual(
      first.map(({ observation }) => ({ ...observation, observed_at: "" })),
    );
    expect(second[0]?.observation?.observed_at).toBe(clock.now().toISOString());
  });

  test("changed jobs are read one by one, and deleted jobs are reported as unknown", async () => {
    const { clock, server, backend } = await running();
    await backend.observe(jobs);
    const [first, second] = ["job-0", "job-1"].map((name) => server.state.jobs.get(name));
    if (first === undefined || second === undefined) throw new Error("The server has no jobs.");
    first.cancelAt = clock.now().getTime();
    second.deleted = true;
    clock.advance(10_000);
    const answers = await backend.observe(jobs);
    expect(answers.slice(0, 3).map(({ observation }) => observation?.status)).toEqual([
      "Canceled",
      undefined,
      "Running",
    ]);
  });

  test("all jobs are read again after five minutes, because they may have new logs", async () => {
    const { clock, server, backend } = await running();
    await backend.observe(jobs);
    callsOf(server);
    clock.advance(301_000);
    await backend.observe(jobs);
    expect(callsOf(server)).toEqual({ batches: 3, all: 123 });
  });

  test("jobs are read one by one if the service does not support batches", async () => {
    const { server, backend } = await running();
    server.faults.add({
      matches: ({ path }) => path.endsWith("/batchrundata"),
      effect: { kind: "answer", answer: empty(404) },
    });
    expect(statuses(await backend.observe(jobs))).toEqual(new Set(["Running"]));
    await backend.observe(jobs);
    expect(callsOf(server).batches).toBe(1);
  });

  test("an outage of the batch call counts as an outage of the backend", async () => {
    const { server, backend } = await running();
    server.faults.add({
      matches: ({ path }) => path.endsWith("/batchrundata"),
      effect: { kind: "answer", answer: empty(503) },
    });
    await expect(backend.observe(jobs)).rejects.toMatchObject({ code: "unavailable" });
  });
});
