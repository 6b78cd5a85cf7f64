import { describe, expect, test } from "vitest";
import { createReadyCheck } from "../../../shared/service/check-ready.ts";
import { createWorld } from "../../support/memory/world.ts";

describe("readiness", () => {
  test("passes when storage and the backend answer", async () => {
    const world = createWorld();
    expect(await createReadyCheck(world)()).toEqual({
      status: "pass",
      checks: { storage: { status: "pass", duration_ms: 0 }, backend: { status: "pass", duration_ms: 0 } },
      checked_at: "2026-03-01T12:00:00.000Z",
    });
  });

  test("fails when the backend cannot be reached, and says which it is", async () => {
    const world = createWorld();
    world.backend.plan("ready", { kind: "unreachable" });
    expect(await createReadyCheck(world)()).toMatchObject({ status: "fail", checks: { storage: { status: "pass" }, backend: { status: "fail" } } });
  });

  test("fails when storage does not answer", async () => {
    const world = createWorld();
    const get = async () => {
      throw new Error("down");
    };
    expect(await createReadyCheck({ ...world, records: { ...world.records, get } })()).toMatchObject({
      status: "fail",
      checks: { storage: { status: "fail" } },
    });
  });

  test("fails when only the queues do not answer", async () => {
    const world = createWorld();
    const ready = async () => {
      throw new Error("down");
    };
    expect(await createReadyCheck({ ...world, queues: { ...world.queues, ready } })()).toMatchObject({ checks: { storage: { status: "fail" } } });
  });

  test("gives both a time limit", async () => {
    const world = createWorld();
    const signals: (AbortSignal | undefined)[] = [];
    const ready = async ({ signal }: { readonly signal?: AbortSignal } = {}) => void signals.push(signal);
    await createReadyCheck({ ...world, backend: { ...world.backend, ready } })();
    expect(signals).toEqual([expect.any(AbortSignal)]);
  });

  test("is asked for once in five seconds, however often somebody wants to know", async () => {
    const world = createWorld();
    const check = createReadyCheck(world);
    await Promise.all([check(), check(), check()]);
    world.clock.advance(4999);
    await check();
    expect(world.backend.calls.ready).toBe(1);
    world.clock.advance(1);
    await check();
    expect(world.backend.calls.ready).toBe(2);
  });
});
