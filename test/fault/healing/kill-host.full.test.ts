import { afterAll, beforeAll, expect, test } from "vitest";
import { jobYaml, waitForEnd, yaml } from "../../support/job-client.ts";
import { send } from "../../support/send.ts";
import { killPoints } from "./kill-points.ts";
import { type Bench, killAndRecover, openBench } from "./killed-host.ts";

let bench: Bench;
beforeAll(async () => {
  bench = await openBench();
});
afterAll(() => bench.stop());

test.each(killPoints.map((point, index) => [...point, index] as const))(
  "runs a job once and finishes it when the service is killed as %s, %s storage receives the write",
  async (_case, _when, point, index) => {
    await killAndRecover(bench, `job-${index}`, point);
  },
);

test("repeats a dispatch whose message was lost after a minute", async () => {
  const first = await bench.start();
  const killed = bench.tap.arm({
    call: /^POST .*\/job-dispatch\/messages$/,
    nth: 1,
    when: "before",
    action: () => first.kill(),
  });
  const answer = await send(first.url, "PUT /api/jobs/lost", { headers: yaml, body: jobYaml("echo hello") }).catch(
    () => undefined,
  );
  await killed;
  expect(answer).toBeUndefined();
  const second = await bench.start();
  try {
    const { status, started_at, creation_context } = await waitForEnd(second.url, "lost", 180_000);
    expect(status).toBe("Completed");
    const waited = Date.parse(started_at ?? "") - Date.parse((creation_context as { created_at: string }).created_at);
    expect(waited).toBeGreaterThan(59_000);
    expect(waited).toBeLessThan(120_000);
  } finally {
    await second.stop();
  }
});
