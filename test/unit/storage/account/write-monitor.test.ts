import { expect, test } from "vitest";
import { ServiceError } from "../../../../shared/core/errors.ts";
import type { OutageReason } from "../../../../shared/core/records/notice.ts";
import { createStorageCall } from "../../../../shared/storage/account/storage-call.ts";
import { createWriteMonitor } from "../../../../shared/storage/account/write-monitor.ts";
import { createManualClock } from "../../../support/memory/clock.ts";
import { until } from "../../../support/until.ts";

const outage = (reason: OutageReason) => new ServiceError("unavailable", "Storage could not write.", { reason });

/** A monitor of a storage whose writes fail while there is a reason. Counts the test writes. */
function watched(reason?: OutageReason) {
  const storage = { reason, writes: 0 };
  const clock = createManualClock();
  const write = async () => {
    storage.writes += 1;
    if (storage.reason !== undefined) throw outage(storage.reason);
  };
  return { storage, clock, ...createWriteMonitor({ write }, clock) };
}

test.each(["storage_full", "storage_refused"] as const)(
  "a call that fails with %s is reported once a test write fails, too",
  async (reason) => {
    const { onOutage, trouble, clock } = watched(reason);
    const since = clock.now().toISOString();
    onOutage(outage(reason));
    expect(await until(trouble, (notice) => notice !== undefined)).toMatchObject({ code: reason, since });
    clock.advance(60_000);
    expect(await trouble()).toMatchObject({ code: reason, since });
  },
);

test("a failure ends for the first reader after writes succeed again", async () => {
  const { onOutage, trouble, clock, storage } = watched("storage_full");
  onOutage(outage("storage_full"));
  await until(trouble, (notice) => notice !== undefined);
  storage.reason = undefined;
  clock.advance(60_000);
  expect(await trouble()).toBeUndefined();
});

test("a failed call is not reported while test writes succeed", async () => {
  const { onOutage, trouble, storage } = watched();
  onOutage(outage("storage_refused"));
  await until(
    () => storage.writes,
    (writes) => writes === 1,
  );
  expect(await trouble()).toBeUndefined();
});

test.each(["unreachable", "forbidden", "throttled"] as const)(
  "%s is not reported, and causes no test write",
  async (reason) => {
    const { onOutage, trouble, storage } = watched(reason);
    onOutage(outage(reason));
    expect([await trouble(), storage.writes]).toEqual([undefined, 0]);
  },
);

test("without a failed call readers cause no test write, and during a failure many readers cause one", async () => {
  const { onOutage, trouble, clock, storage } = watched("storage_full");
  await Promise.all([trouble(), trouble()]);
  expect(storage.writes).toBe(0);
  onOutage(outage("storage_full"));
  await until(trouble, (notice) => notice !== undefined);
  clock.advance(60_000);
  await Promise.all(Array.from({ length: 50 }, trouble));
  expect(storage.writes).toBe(2);
});

test("a reader waits two seconds for a test write without a response, and the failure stays", async () => {
  const clock = createManualClock();
  let silent = false;
  const write = () => (silent ? new Promise<never>(() => undefined) : Promise.reject(outage("storage_full")));
  const { onOutage, trouble } = createWriteMonitor({ write }, clock);
  onOutage(outage("storage_full"));
  await until(trouble, (notice) => notice !== undefined);
  silent = true;
  clock.advance(60_000);
  expect(await trouble()).toMatchObject({ code: "storage_full" });
  expect(clock.sleeps).toEqual([2000]);
});

test("the test write of the readiness check counts as well", async () => {
  const { probe, trouble } = watched("storage_full");
  await expect(probe.write()).rejects.toMatchObject({ reason: "storage_full" });
  expect(await trouble()).toMatchObject({ code: "storage_full" });
});

test("a storage call reports the outage that it fails with once", async () => {
  const seen: unknown[] = [];
  const call = createStorageCall({ timeoutMs: 5000, firstDelayMs: 1, onOutage: (error) => seen.push(error.reason) });
  const fail = () => Promise.reject(Object.assign(new Error("Refused."), { statusCode: 500 }));
  await expect(call("write a", fail)).rejects.toMatchObject({ code: "unavailable" });
  await call("write a", async () => "done");
  expect(seen).toEqual(["storage_refused"]);
});
