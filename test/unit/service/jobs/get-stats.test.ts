import { describe, expect, test } from "vitest";
import type { IndexEntry } from "../../../../shared/core/ports/job-index.ts";
import { getStats } from "../../../../shared/service/jobs/get-stats.ts";
import { createWorld, type World } from "../../../support/memory/world.ts";

const now = Date.parse("2026-03-01T12:00:00.000Z");
const at = (hoursAgo: number, seconds = 0) => new Date(now - hoursAgo * 3_600_000 + seconds * 1000).toISOString();

async function put(world: World, name: string, hoursAgo: number, more: Partial<IndexEntry> = {}): Promise<void> {
  const base = {
    type: "command",
    experiment_name: "Default",
    owner: "local",
    created_by: "local",
    tags: {},
    archived: false,
    revision: 1,
  };
  await world.index.put({ ...base, name, status: "Queued", created_at: at(hoursAgo), ...more });
}

const ran = (hoursAgo: number, queued: number, ran: number) => ({
  status: "Completed",
  started_at: at(hoursAgo, queued),
  finished_at: at(hoursAgo, queued + ran),
});

describe("the stats of the last days", () => {
  test("count jobs by status, including archived ones, without earlier jobs", async () => {
    const world = createWorld();
    await put(world, "a", 1, { status: "Completed" });
    await put(world, "b", 2, { status: "Failed" });
    await put(world, "c", 30, { status: "Failed", archived: true });
    await put(world, "old", 24 * 8);
    expect(await getStats(world, 7)).toMatchObject({
      complete: true,
      total: 3,
      by_status: { Completed: 1, Failed: 2 },
    });
  });

  test("have a bucket per day, from midnight to midnight, also for days without jobs", async () => {
    const world = createWorld();
    await put(world, "a", 1, { status: "Failed" });
    await put(world, "b", 50, { status: "Canceled" });
    const { from, to, bucket_seconds, over_time } = await getStats(world, 3);
    expect({ from, to, bucket_seconds }).toEqual({
      from: "2026-02-26T00:00:00.000Z",
      to: "2026-03-01T12:00:00.000Z",
      bucket_seconds: 86_400,
    });
    expect(over_time).toEqual([
      { start: "2026-02-26T00:00:00.000Z", submitted: 0, completed: 0, failed: 0, canceled: 0 },
      { start: "2026-02-27T00:00:00.000Z", submitted: 1, completed: 0, failed: 0, canceled: 1 },
      { start: "2026-02-28T00:00:00.000Z", submitted: 0, completed: 0, failed: 0, canceled: 0 },
      { start: "2026-03-01T00:00:00.000Z", submitted: 1, completed: 0, failed: 1, canceled: 0 },
    ]);
  });

  test("have a bucket per hour for up to two days", async () => {
    const { bucket_seconds, over_time } = await getStats(createWorld(), 2);
    expect([bucket_seconds, over_time.length]).toEqual([3600, 49]);
  });

  test("have the median and the 95th percentile of queue and run times", async () => {
    const world = createWorld();
    for (let index = 1; index <= 20; index += 1) await put(world, `job-${index}`, 1, ran(1, index, index * 10));
    await put(world, "waiting", 1);
    await put(world, "running", 1, { status: "Running", started_at: at(1, 100) });
    expect((await getStats(world, 1)).over_time.find(({ submitted }) => submitted > 0)).toMatchObject({
      queue_seconds: { count: 21, p50: 11, p95: 20 },
      run_seconds: { count: 20, p50: 100, p95: 190 },
    });
  });

  test("count no wait if the clock of the backend is behind", async () => {
    const world = createWorld();
    await put(world, "a", 1, ran(1, -5, 1));
    expect((await getStats(world, 1)).over_time.find(({ submitted }) => submitted > 0)?.queue_seconds).toEqual({
      count: 1,
      p50: 0,
      p95: 0,
    });
  });

  test("are read page by page", async () => {
    const world = createWorld();
    for (let index = 0; index < 450; index += 1) await put(world, `job-${index}`, 1);
    expect(await getStats(world, 1)).toMatchObject({ total: 450, complete: true });
  });

  test("end after two seconds, with the interval that was reached", async () => {
    const world = createWorld();
    for (let hour = 0; hour < 600; hour += 1) await put(world, `job-${hour}`, hour / 4);
    const query: World["index"]["query"] = (asked, options) => {
      world.clock.advance(1500);
      return world.index.query(asked, options);
    };
    const stats = await getStats({ ...world, index: { ...world.index, query } }, 7);
    expect(stats).toMatchObject({ complete: false, total: 400, from: "2026-02-25T00:00:00.000Z" });
    expect(stats.over_time[0]).toMatchObject({ start: stats.from });
  });
});
