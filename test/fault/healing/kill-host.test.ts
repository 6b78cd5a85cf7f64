/** A service that is killed at some of the writes to storage. kill-host.full.test.ts has all of them. */
import { QueueServiceClient } from "@azure/storage-queue";
import { afterAll, beforeAll, expect, test } from "vitest";
import { getJob, jobYaml, waitForEnd, waitForLog, yaml } from "../../support/job-client.ts";
import { send } from "../../support/send.ts";
import { until } from "../../support/until.ts";
import { killPoints } from "./kill-points.ts";
import { type Bench, killAndRecover, makeRowsDue, openBench } from "./killed-host.ts";

let bench: Bench;
beforeAll(async () => {
  bench = await openBench();
});
afterAll(() => bench.stop());

const few: readonly (readonly [what: string, when: string])[] = [
  ["the record is created", "after"],
  ["the submit is recorded", "before"],
  ["the final status is recorded", "after"],
];
const points = killPoints.filter(([what, when]) => few.some((one) => one[0] === what && one[1] === when));

test.each(points.map((point, index) => [...point, index] as const))(
  "runs a job once and finishes it when the service is killed as %s, %s storage receives the write",
  async (_case, _when, point, index) => {
    await killAndRecover(bench, `job-${index}`, point);
  },
);

test("cancels a job whose cancel was recorded but not sent before the service was killed", async () => {
  const { tap, storage } = bench;
  const first = await bench.start();
  await send(first.url, "PUT /api/jobs/wanted", { headers: yaml, body: jobYaml("echo ready; sleep 300") });
  await waitForLog(first.url, "wanted", "ready");
  await until(
    () => getJob(first.url, "wanted"),
    ({ status, log_files }) => status === "Running" && Object.keys(log_files).length > 0,
  );
  const killed = tap.arm({ call: /^PUT .*\/record\.json$/, nth: 1, when: "after", action: () => first.kill() });
  await send(first.url, "POST /api/jobs/wanted/cancel").catch(() => undefined);
  await killed;
  expect((await storage.records.get("wanted"))?.value).toMatchObject({ status: "CancelRequested" });
  expect((await storage.openJobs.get("wanted"))?.value.cancel).toBeUndefined();

  const second = await bench.start();
  await makeRowsDue(storage);
  const job = await waitForEnd(second.url, "wanted");
  await second.stop();
  expect(job.status).toBe("Canceled");
});

test("keeps the trace of the caller in messages that were enqueued before the service was killed", async () => {
  const { tap } = bench;
  const traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
  // Without the queue, the first message would not be enqueued.
  await QueueServiceClient.fromConnectionString(tap.connectionString)
    .getQueueClient("job-dispatch")
    .createIfNotExists();
  let enqueued = "";
  const first = await bench.start();
  const killed = tap.arm({
    call: /^POST .*\/job-dispatch\/messages$/,
    nth: 1,
    when: "after",
    action: async (body) => {
      enqueued = body.toString();
      await first.kill();
    },
  });
  await send(first.url, "PUT /api/jobs/traced", {
    headers: { ...yaml, traceparent },
    body: jobYaml("echo hello"),
  }).catch(() => undefined);
  await killed;
  const [, message = ""] = /<MessageText>(.*)<\/MessageText>/s.exec(enqueued) ?? [];
  expect(JSON.parse(Buffer.from(message, "base64").toString())).toMatchObject({ name: "traced", traceparent });
  const second = await bench.start();
  expect((await waitForEnd(second.url, "traced")).status).toBe("Completed");
  await second.stop();
});
