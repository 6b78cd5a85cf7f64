import { describe, expect, test } from "vitest";
import type { TypedData } from "../../../../../local/host/app/core-types.ts";
import type { TriggerInput } from "../../../../../local/host/app/invocation.ts";
import { listenToQueue, type QueueTriggerOptions } from "../../../../../local/host/queues/queue-trigger.ts";
import { createFakeClock } from "../../../../support/fake-clock.ts";
import { createMemoryQueue } from "../../../../support/memory-queue.ts";

const tenMinutesMs = 600_000;
const defaults: QueueTriggerOptions["settings"] = {
  batchSize: 16,
  newBatchThreshold: 8,
  maxDequeueCount: 5,
  visibilityTimeout: 0,
  maxPollingInterval: 60_000,
  messageEncoding: "base64",
};

/** Creates a queue, its poison queue and a function that `run` replaces. */
function setUp(
  given: {
    settings?: Partial<QueueTriggerOptions["settings"]>;
    run?: (value: TriggerInput) => Promise<unknown>;
    withPoison?: boolean;
  } = {},
) {
  const clock = createFakeClock();
  const queue = createMemoryQueue("orders", clock);
  const poisonQueue = createMemoryQueue("orders-poison", clock);
  const runs: TriggerInput[] = [];
  const lines: string[] = [];
  const start = () =>
    listenToQueue({
      queue,
      poisonQueue: given.withPoison === false ? undefined : poisonQueue,
      settings: { ...defaults, ...given.settings },
      leaseMs: tenMinutesMs,
      clock,
      log: (level, _category, message) => void (level !== "debug" && lines.push(message)),
      jitter: () => 1,
      run: async (value) => {
        runs.push(value);
        return given.run?.(value);
      },
    });
  return { clock, queue, poisonQueue, runs, lines, start };
}

const textOf = (value: TriggerInput) => value.data.string;
const countOf = (value: TriggerInput) => Number((value.metadata.DequeueCount as TypedData).json);

describe("a message", () => {
  test("is decoded, passed to the function and deleted", async () => {
    const { clock, queue, runs, start } = setUp();
    await queue.put("hello");
    const listener = start();
    await clock.advance(0);
    await listener.stop();
    expect(runs.map(textOf)).toEqual(["hello"]);
    expect(queue.texts()).toEqual([]);
  });

  test("is not decoded with encoding none", async () => {
    const { clock, queue, runs, start } = setUp({ settings: { messageEncoding: "none" } });
    await queue.send("plain text!");
    const listener = start();
    await clock.advance(0);
    await listener.stop();
    expect(runs.map(textOf)).toEqual(["plain text!"]);
  });

  test("that is not base64 is moved to the poison queue at its first delivery, without a run", async () => {
    const { clock, queue, poisonQueue, runs, lines, start } = setUp();
    await queue.send("plain text!");
    const listener = start();
    await clock.advance(0);
    await listener.stop();
    expect(runs).toEqual([]);
    expect(queue.texts()).toEqual([]);
    expect(poisonQueue.texts()).toEqual(["plain text!"]);
    // The wrong reason is that of the real host.
    expect(lines).toEqual(["Message has reached MaxDequeueCount of 5. Moving message to queue 'orders-poison'."]);
  });

  test("of a failing function is delivered with dequeue counts 1 to N, then moved to the poison queue", async () => {
    const { clock, queue, poisonQueue, runs, start } = setUp({ run: () => Promise.reject(new Error("no")) });
    await queue.put("bad");
    const listener = start();
    await clock.advance(10_000);
    await listener.stop();
    expect(runs.map(countOf)).toEqual([1, 2, 3, 4, 5]);
    expect(queue.texts()).toEqual([]);
    expect(poisonQueue.texts()).toEqual([Buffer.from("bad").toString("base64")]);
  });

  test("is hidden for visibilityTimeout after a failure", async () => {
    const { clock, queue, runs, start } = setUp({
      settings: { visibilityTimeout: 5000, maxPollingInterval: 100 },
      run: () => Promise.reject(new Error("no")),
    });
    await queue.put("bad");
    const listener = start();
    await clock.advance(4900);
    expect(runs).toHaveLength(1);
    await clock.advance(200);
    await listener.stop();
    expect(runs).toHaveLength(2);
  });

  test("whose dequeue count is over the limit is moved to the poison queue without a run", async () => {
    const { clock, queue, poisonQueue, runs, start } = setUp({ settings: { maxDequeueCount: 1 } });
    await queue.put("killed the host");
    await queue.receive(1, 0);
    const listener = start();
    await clock.advance(0);
    await listener.stop();
    expect(runs).toEqual([]);
    expect(poisonQueue.texts()).toHaveLength(1);
  });

  test("without a poison queue stays hidden for the lease after its last failure", async () => {
    const { clock, queue, runs, start } = setUp({
      withPoison: false,
      settings: { maxDequeueCount: 1 },
      run: () => Promise.reject(new Error("no")),
    });
    await queue.put("bad");
    const listener = start();
    await clock.advance(tenMinutesMs - 1000);
    await listener.stop();
    expect(runs).toHaveLength(1);
    expect(queue.texts()).toHaveLength(1);
  });
});

describe("a lease", () => {
  test("hides a message for ten minutes and is renewed every five while the function runs", async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const { clock, queue, runs, start } = setUp({ run: () => promise });
    await queue.put("slow");
    const listener = start();
    await clock.advance(31 * 60_000);
    expect(queue.receives[0]).toEqual({ count: 16, visibilityMs: tenMinutesMs });
    expect(queue.updates).toEqual(Array(6).fill(tenMinutesMs));
    expect(runs).toHaveLength(1);
    resolve();
    await listener.stop();
    // Only the pop receipt of the last renewal can delete the message.
    expect(queue.texts()).toEqual([]);
  });

  test("whose renewal fails is renewed again after a minute", async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const { clock, queue, start } = setUp({ run: () => promise });
    await queue.put("slow");
    const listener = start();
    await clock.advance(0);
    queue.broken = true;
    await clock.advance(5 * 60_000 + 1000);
    queue.broken = false;
    await clock.advance(60_000);
    expect(queue.updates).toEqual([tenMinutesMs]);
    resolve();
    await listener.stop();
  });

  test("is not renewed after another receiver has received the message", async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const { clock, queue, lines, start } = setUp({ settings: { maxPollingInterval: 100 }, run: () => promise });
    await queue.put("contested");
    const listener = start();
    await clock.advance(0);
    queue.broken = true;
    await clock.advance(tenMinutesMs);
    queue.broken = false;
    const [taken] = await queue.receive(1, tenMinutesMs);
    expect(taken?.dequeueCount).toBe(2);
    await clock.advance(60_000);
    expect(lines.at(-1)).toBe("Message message-1 of queue orders was delivered to another receiver.");
    resolve();
    await listener.stop();
    expect(queue.texts()).toHaveLength(1);
  });
});

describe("a listener", () => {
  test("waits longer after each empty poll, up to maxPollingInterval, and polls soon after a message", async () => {
    const { clock, queue, start } = setUp({ settings: { maxPollingInterval: 1000 } });
    const listener = start();
    await clock.advance(4000);
    expect(clock.sleeps.slice(0, 7)).toEqual([100, 200, 300, 500, 900, 1000, 1000]);
    await queue.put("news");
    const before = clock.sleeps.length;
    await clock.advance(1100);
    await listener.stop();
    expect(clock.sleeps.slice(before).find((ms) => ms < tenMinutesMs / 2)).toBe(100);
  });

  test("waits in the same way while storage fails, warns once, and continues afterwards", async () => {
    const { clock, queue, runs, lines, start } = setUp({ settings: { maxPollingInterval: 1000 } });
    queue.broken = true;
    const listener = start();
    await clock.advance(2000);
    queue.broken = false;
    await queue.put("late");
    await clock.advance(1000);
    await listener.stop();
    expect(runs.map(textOf)).toEqual(["late"]);
    expect(lines).toEqual([
      "Queue orders cannot be read: The storage account cannot be reached.",
      "Queue orders can be read again.",
    ]);
  });

  test("polls at once after pollNow", async () => {
    const { clock, queue, runs, start } = setUp();
    const listener = start();
    await clock.advance(50_000);
    const before = clock.now();
    await queue.put("own output");
    listener.pollNow();
    await clock.advance(0);
    expect(runs.map(textOf)).toEqual(["own output"]);
    expect(clock.now()).toEqual(before);
    await listener.stop();
  });

  test("receives the next batch when at most newBatchThreshold messages are running", async () => {
    const releases: (() => void)[] = [];
    const { clock, queue, runs, start } = setUp({
      settings: { batchSize: 4, newBatchThreshold: 1 },
      run: () => new Promise<void>((resolve) => releases.push(resolve)),
    });
    for (let index = 0; index < 8; index += 1) await queue.put(String(index));
    const listener = start();
    await clock.advance(1000);
    expect(runs).toHaveLength(4);
    releases[0]?.();
    releases[1]?.();
    await clock.advance(1000);
    expect(runs).toHaveLength(4);
    releases[2]?.();
    await clock.advance(1000);
    expect(runs).toHaveLength(8);
    for (const release of releases) release();
    await listener.stop();
    expect(queue.texts()).toEqual([]);
  });

  test("receives no more messages after stop, which waits for the running functions", async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const { clock, queue, runs, start } = setUp({ run: () => promise });
    await queue.put("first");
    const listener = start();
    await clock.advance(0);
    let stopped = false;
    const stopping = listener.stop().then(() => {
      stopped = true;
    });
    await queue.put("second");
    await clock.advance(60_000);
    expect(stopped).toBe(false);
    resolve();
    await stopping;
    expect(runs.map(textOf)).toEqual(["first"]);
    expect(queue.texts()).toHaveLength(1);
  });
});
