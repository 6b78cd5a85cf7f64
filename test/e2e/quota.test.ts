import { expect, test } from "vitest";
import { useEntraService } from "../support/entra.ts";
import { jobYaml, type Problem, yaml } from "../support/job-client.ts";

const perMinute = 20;
const service = useEntraService({ JOBS_MAX_SUBMISSIONS_PER_MINUTE: String(perMinute) });
const sent = { headers: yaml, body: jobYaml("true") };

test("A17: accepts 20 of 1000 submissions in a minute and rejects the others with Retry-After", async () => {
  const flood = { sent: 0, taken: 0, refused: 0 };
  const retryAfter = new Set<number>();
  const started = performance.now();
  const sender = async () => {
    for (; flood.sent < 1000; ) {
      flood.sent += 1;
      const answer = await service().as("ada", "POST /api/jobs", sent);
      if (answer.status === 201) flood.taken += 1;
      else {
        expect([answer.status, answer.text]).toEqual([429, expect.stringContaining("quota_exceeded")]);
        expect(answer.json<Problem>()).toMatchObject({
          status: 429,
          code: "quota_exceeded",
          detail: "At most 20 jobs may be submitted in a minute; try again later.",
        });
        flood.refused += 1;
        retryAfter.add(Number(answer.headers["retry-after"]));
      }
    }
  };
  const others = async () => {
    const statuses: number[] = [];
    for (let job = 0; job < perMinute; job += 1)
      statuses.push((await service().as("bob", "POST /api/jobs", sent)).status);
    return statuses;
  };
  const [bobs] = await Promise.all([others(), ...Array.from({ length: 10 }, sender)]);
  const minutes = Math.floor((performance.now() - started) / 60_000);
  expect(bobs).toEqual(Array(perMinute).fill(201));
  // If a slow machine needs more than a minute, the quota applies twice.
  expect([flood.taken >= perMinute, flood.taken <= perMinute * (minutes + 1), flood.taken + flood.refused]).toEqual([
    true,
    true,
    1000,
  ]);
  for (const seconds of retryAfter) expect([seconds >= 1, seconds <= 60]).toEqual([true, true]);
  expect(await service().as("ada", "GET /api/jobs")).toMatchObject({ status: 200 });
  expect(await service().as("ada", "POST /api/jobs?dry_run=true", sent)).toMatchObject({ status: 200 });
});
