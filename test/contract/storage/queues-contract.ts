import { describe, expect, test } from "vitest";
import type { Queues } from "../../../shared/core/ports/storage-ports.ts";

export interface QueuesUnderTest {
  readonly queues: Queues;
  /** The messages of each queue, as a trigger receives them. */
  waiting(): Promise<{ readonly dispatches: readonly unknown[]; readonly updates: readonly unknown[] }>;
}

/** Contract of every Queues. @param create returns empty ones. */
export function queuesContract(adapter: string, create: () => QueuesUnderTest): void {
  describe(`queues: ${adapter}`, () => {
    test("a dispatch message is received as it was sent", async () => {
      const { queues, waiting } = create();
      const message = { schema_version: 1, name: "iris", submission_id: "3f1c", traceparent: "00-1-2-01" } as const;
      await queues.sendDispatch(message);
      expect(await waiting()).toEqual({ dispatches: [message], updates: [] });
    });

    test("an update message is received as it was sent", async () => {
      const { queues, waiting } = create();
      const observation = {
        status: "Running",
        observed_at: "2026-03-01T12:00:00.000Z",
        error: { code: "x", message: "ü 🙂 \u2028" },
      };
      const message = { schema_version: 1, name: "iris", submission_id: "3f1c", kind: "status", observation } as const;
      await queues.sendUpdate(message);
      expect(await waiting()).toEqual({ dispatches: [], updates: [message] });
    });

    test("a message has the trace context of the sender unless it has its own", async () => {
      const { queues, waiting } = create();
      const message = { schema_version: 1, name: "iris", submission_id: "3f1c" } as const;
      await queues.sendDispatch(message, { traceparent: "00-1-2-01" });
      await queues.sendUpdate({ ...message, kind: "log_urls", traceparent: "00-3-4-01" }, { traceparent: "00-1-2-01" });
      expect(await waiting()).toEqual({
        dispatches: [{ ...message, traceparent: "00-1-2-01" }],
        updates: [{ ...message, kind: "log_urls", traceparent: "00-3-4-01" }],
      });
    });

    test("are ready also before the first queue is created", async () => {
      await expect(create().queues.ready()).resolves.toBeUndefined();
    });

    test("concurrently sent messages are all received", async () => {
      const { queues, waiting } = create();
      const names = Array.from({ length: 10 }, (_, at) => `job-${at}`);
      await Promise.all(names.map((name) => queues.sendDispatch({ schema_version: 1, name, submission_id: "3f1c" })));
      const { dispatches } = await waiting();
      expect(new Set(dispatches.map((message) => (message as { name: string }).name))).toEqual(new Set(names));
    });
  });
}
