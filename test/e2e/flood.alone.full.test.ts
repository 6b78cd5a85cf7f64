import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { useEntraService } from "../support/entra.ts";
import { jobYaml, yaml } from "../support/job-client.ts";
import { send } from "../support/send.ts";

const minuteMs = 60_000;
const perMinute = 12;
/** Number of other owners, who submit 10 jobs a minute each. */
const others = 12;
const service = useEntraService({ JOBS_MAX_SUBMISSIONS_PER_MINUTE: String(perMinute) });

interface Answered {
  readonly status: number;
  readonly ms: number;
  readonly retryAfter: string | undefined;
}

/** A token for one of the owners, with their own object id. */
const tokenOf = (person: number) =>
  service().issuer.token({
    ...service().claims("bob"),
    oid: `00000000-0000-4000-8000-0000000001${String(person).padStart(2, "0")}`,
  });

/** Submits jobs at even intervals, without waiting for earlier responses. */
async function submitEvenly(tokens: readonly string[], jobs: number, overMs: number): Promise<readonly Answered[]> {
  const began = performance.now();
  return Promise.all(
    Array.from({ length: jobs }, async (_, at) => {
      await sleep(Math.max(1, began + (at * overMs) / jobs - performance.now()));
      const from = performance.now();
      const authorization = `Bearer ${tokens[at % tokens.length]}`;
      const { status, headers } = await send(service().url, "POST /api/jobs", {
        headers: { ...yaml, authorization },
        body: jobYaml("true"),
      });
      return { status, ms: performance.now() - from, retryAfter: headers["retry-after"] };
    }),
  );
}

/** The 95th percentile of the durations, in milliseconds. */
function p95(answers: readonly Answered[]): number {
  const times = answers.map(({ ms }) => ms).sort((a, b) => a - b);
  return times[Math.ceil(times.length * 0.95) - 1] ?? Number.NaN;
}

test("A17: at most doubles the response time (p95) of other owners while one submits 1000 jobs a minute", async () => {
  const [flooder, ...neighbours] = await Promise.all(
    Array.from({ length: 1 + others }, (_, person) => tokenOf(person)),
  );
  // The first requests load modules, which this test does not measure.
  await submitEvenly(neighbours, others, minuteMs / 10);
  const before = await submitEvenly(neighbours, 10 * others, minuteMs);
  const [during, flood] = await Promise.all([
    submitEvenly(neighbours, 10 * others, minuteMs),
    submitEvenly([flooder as string], 1000, minuteMs),
  ]);
  console.log(
    `p95 of the others: ${p95(before).toFixed(0)} ms before the flood, ${p95(during).toFixed(0)} ms during it.`,
  );
  const refused = flood.filter(({ status }) => status === 429);
  expect(new Set([...before, ...during].map(({ status }) => status))).toEqual(new Set([201]));
  expect(flood.filter(({ status }) => status === 201).length + refused.length).toBe(1000);
  expect(refused.length).toBeGreaterThanOrEqual(1000 - 2 * perMinute);
  expect(refused.filter(({ retryAfter }) => !(Number(retryAfter) >= 1 && Number(retryAfter) <= 60))).toEqual([]);
  expect(p95(during)).toBeLessThanOrEqual(2 * p95(before));
});
