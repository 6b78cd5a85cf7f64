import { expect, test } from "vitest";
import type { FaultKind } from "../../../local/azureml-server/faults.ts";
import { empty, json } from "../../../local/azureml-server/request-and-reply.ts";
import { statuses, submitJobs, useAzureMLWorld } from "../../support/azureml.ts";
import { passTime } from "../../support/memory/pass-time.ts";

const jobs = 100;
const observations = 10_000;
const outages: readonly FaultKind[] = [
  { kind: "answer", answer: empty(500) },
  { kind: "answer", answer: json(503, { error: { code: "ServiceUnavailable", message: "Busy." } }) },
  { kind: "answer", answer: { status: 502, text: "<html>", headers: { "content-type": "text/html" } } },
  { kind: "dropped" },
];

test("ends with correct statuses and no poison messages after 10,000 observations with 30 % errors", async () => {
  const world = await useAzureMLWorld({}, { speed: 0.1 });
  const names = await submitJobs(world, jobs, "lasts");
  // A fixed seed.
  let seed = 7;
  const random = () => {
    seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31;
    return seed / 2 ** 31;
  };
  const faults = outages.map((does) =>
    world.server.faults.add({ matches: ({ path }) => path.includes("/runs/") && random() < 0.085, effect: does }),
  );
  const observed = () =>
    world.server.takeRequests().filter(({ path, status }) => path.endsWith("/details") && status === 200).length;
  let requestCount = 0;
  for (let minutes = 0; requestCount < observations && minutes < 600; minutes += 2) {
    await passTime(world, 2);
    requestCount += observed();
  }
  const struck = faults.reduce((sum, fault) => sum + fault.count, 0);
  expect(requestCount).toBeGreaterThanOrEqual(observations);
  expect(struck / (requestCount + struck)).toBeGreaterThan(0.25);
  world.clock.advance(10 * 3_600_000);
  await passTime(world, 4);
  expect(await statuses(world, names)).toEqual({ Completed: jobs });
});
