import { describe, expect, test } from "vitest";
import { ServiceError } from "../../../../shared/core/errors.ts";
import { createReadyCheck } from "../../../../shared/service/jobs/check-ready.ts";
import { createWorld } from "../../../support/memory/world.ts";

describe("readiness", () => {
  test("passes when storage and the backend answer", async () => {
    const world = createWorld();
    expect((await createReadyCheck(world)()).readiness).toEqual({
      status: "pass",
      checks: { storage: { status: "pass", duration_ms: 0 }, backend: { status: "pass", duration_ms: 0 } },
      checked_at: "2026-03-01T12:00:00.000Z",
    });
  });

  test("fails if the backend cannot be reached, and names the backend", async () => {
    const world = createWorld();
    world.backend.plan("ready", { kind: "unreachable" });
    expect((await createReadyCheck(world)()).readiness).toMatchObject({
      status: "fail",
      checks: { storage: { status: "pass" }, backend: { status: "fail" } },
    });
  });

  test("fails when storage does not answer", async () => {
    const world = createWorld();
    const get = async () => {
      throw new Error("down");
    };
    expect((await createReadyCheck({ ...world, records: { ...world.records, get } })()).readiness).toMatchObject({
      status: "fail",
      checks: { storage: { status: "fail" } },
    });
  });

  test("fails when only the queues do not answer", async () => {
    const world = createWorld();
    const ready = async () => {
      throw new Error("down");
    };
    expect((await createReadyCheck({ ...world, queues: { ...world.queues, ready } })()).readiness).toMatchObject({
      checks: { storage: { status: "fail" } },
    });
  });

  test("fails if storage refuses writes, with the reason; the error is only in the log", async () => {
    const world = createWorld();
    const error = new ServiceError("unavailable", "Storage could not write jobs/_readiness at 10.0.0.7.", {
      reason: "storage_full",
    });
    const { readiness, failures } = await createReadyCheck({
      ...world,
      probe: { write: () => Promise.reject(error) },
    })();
    expect(readiness.checks.storage).toEqual({
      status: "fail",
      duration_ms: 0,
      code: "storage_full",
      message: "The disk of storage is full.",
    });
    expect(JSON.stringify(readiness)).not.toContain("10.0.0.7");
    expect(failures).toEqual([{ check: "storage", error }]);
  });

  test("names the reason of an unreachable and of a misconfigured backend", async () => {
    const world = createWorld();
    const codes = async (error: Error) => {
      const { readiness } = await createReadyCheck({
        ...world,
        backend: { ...world.backend, ready: () => Promise.reject(error) },
      })();
      return readiness.checks.backend.code;
    };
    expect(await codes(new ServiceError("unavailable", "x", { reason: "credential_missing" }))).toBe(
      "credential_missing",
    );
    expect(await codes(new ServiceError("throttled", "x"))).toBe("throttled");
    expect(await codes(new Error("There is no bash."))).toBe("not_usable");
  });

  test("reports at its time limit for a slow backend, whose reason is in the next report", async () => {
    const world = createWorld();
    const { promise, reject } = Promise.withResolvers<never>();
    let asked = 0;
    const ready = () => {
      asked += 1;
      return promise;
    };
    const check = createReadyCheck({ ...world, backend: { ...world.backend, ready } }, 10);
    expect((await check()).readiness.checks.backend).toMatchObject({ status: "fail", code: "unreachable" });
    reject(new ServiceError("unavailable", "x", { reason: "dns" }));
    world.clock.advance(5000);
    expect((await check()).readiness.checks.backend).toMatchObject({ status: "fail", code: "dns" });
    expect(asked).toBe(1);
  });

  test("has a time limit for both checks", async () => {
    const world = createWorld();
    const signals: (AbortSignal | undefined)[] = [];
    const ready = async ({ signal }: { readonly signal?: AbortSignal } = {}) => void signals.push(signal);
    await createReadyCheck({ ...world, backend: { ...world.backend, ready } })();
    expect(signals).toEqual([expect.any(AbortSignal)]);
  });

  test("is checked once in five seconds, however often it is requested", async () => {
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
