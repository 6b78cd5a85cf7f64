import { describe, expect, test } from "vitest";
import type { InboxQueue, SweepMarks } from "../../../shared/core/ports/inbox-ports.ts";
import { abortedSignal } from "../../support/samples.ts";

export interface InboxQueueUnderTest {
  readonly queue: InboxQueue;
  /** What waits on the queue and on its poison queue. */
  waiting(): Promise<{ readonly announced: readonly unknown[]; readonly aside: readonly unknown[] }>;
}

/** Contract of every InboxQueue. @param create returns one that does not exist yet. */
export function inboxQueueContract(adapter: string, create: () => InboxQueueUnderTest): void {
  const found = { schema_version: 1, kind: "found", path: "größe/🙂.yml", etag: '"0x1"' } as const;

  describe(`queue of the inbox: ${adapter}`, () => {
    test("enqueued and poison messages are received from their queues as they were sent", async () => {
      const { queue, waiting } = create();
      expect(await queue.length()).toBe(0);
      await queue.enqueue(found);
      for (const message of ["hello", null, { a: [1] }]) await queue.sendToPoison(message);
      expect(await queue.length()).toBe(1);
      expect(await waiting()).toEqual({ announced: [found], aside: ["hello", null, { a: [1] }] });
    });

    test("a call ends when its signal is aborted", async () => {
      const { queue } = create();
      const options = { signal: abortedSignal() };
      await expect(queue.enqueue(found, options)).rejects.toThrow("the caller gave up");
      await expect(queue.sendToPoison("x", options)).rejects.toThrow("the caller gave up");
    });
  });
}

/** Contract of SweepMarks. @param create returns an empty one. */
export function sweepMarksContract(adapter: string, create: () => SweepMarks): void {
  test(`mark of the sweep: ${adapter}: the last one counts`, async () => {
    const marks = create();
    expect(await marks.get()).toBeUndefined();
    const mark = {
      since: "2026-03-01T12:00:00.000Z",
      pass: { began_at: "2026-03-01T12:00:00.000Z", continuation: "a!b" },
    };
    for (const one of [{}, mark]) {
      await marks.put(one);
      expect(await marks.get()).toEqual(one);
    }
    await expect(marks.get({ signal: abortedSignal() })).rejects.toThrow("the caller gave up");
  });
}
