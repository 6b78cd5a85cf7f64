import { describe, expect, test } from "vitest";
import { applyObservation } from "../../../../shared/core/records/apply-observation.ts";
import type { Observation } from "../../../../shared/core/records/messages.ts";
import type { JobRecord } from "../../../../shared/core/records/record.ts";
import { endAbsentJob, failJob, requestCancel } from "../../../../shared/core/records/record-changes.ts";
import { setNotice, setOtherBackendNotice } from "../../../../shared/core/records/set-notice.ts";
import { newRecord } from "../../../support/new-record.ts";

const now = new Date("2026-03-01T13:00:00.000Z");
const running: JobRecord = { ...newRecord(), status: "Running", status_observed_at: "2026-03-01T12:00:10.000Z" };
const said = (status: string, more: Partial<Observation> = {}): Observation => ({
  status,
  observed_at: "2026-03-01T12:00:20.000Z",
  ...more,
});

describe("a notice", () => {
  const later = new Date("2026-03-01T14:00:00.000Z");
  const away = { code: "unreachable", message: "No answer." } as const;
  const noticed = setNotice(running, away, now) as JobRecord;

  test("is set once, without a timeline entry", () => {
    expect(noticed).toEqual({
      ...running,
      notice: { ...away, since: now.toISOString() },
      revision: running.revision + 1,
      modified_at: now.toISOString(),
    });
    expect(setNotice(noticed, away, later)).toBeUndefined();
  });

  test("keeps its start while the code is the same", () => {
    expect(setNotice(noticed, { code: "unreachable", message: "Still none." }, later)?.notice).toEqual({
      code: "unreachable",
      message: "Still none.",
      since: now.toISOString(),
    });
    expect(setNotice(noticed, { code: "dns", message: "No such host." }, later)?.notice?.since).toBe(
      later.toISOString(),
    );
  });

  test("is written again after the clock was set back", () => {
    const before = new Date(now.getTime() - 3_600_000);
    expect(setNotice(noticed, { ...away, message: "Still none." }, before)?.notice?.message).toBe("Still none.");
  });

  test("is removed by an observation without one, even without other news", () => {
    expect(applyObservation(noticed, said("Running"), now)).not.toHaveProperty("notice");
  });

  test("is set by an observation, and kept by the next one that has it", () => {
    const full = { code: "storage_full", message: "No room." } as const;
    const observed = applyObservation(running, said("Running", { notice: full }), now) as JobRecord;
    expect(observed.notice).toEqual({ ...full, since: now.toISOString() });
    const again = applyObservation(
      observed,
      said("Running", { notice: full, observed_at: "2026-03-01T12:00:30.000Z" }),
      later,
    );
    expect(again?.notice).toEqual(observed.notice);
  });

  test("about an incomplete log stays on a finished job, and is in its last timeline entry", () => {
    const notice = { code: "log_incomplete", message: "A part of the log could not be stored." } as const;
    const done = applyObservation(noticed, said("Completed", { notice }), now);
    expect(done).toMatchObject({ status: "Completed", notice: { ...notice, since: now.toISOString() } });
    expect(done?.timeline.at(-1)).toMatchObject({ status: "Completed", message: notice.message });
    const error = { code: "command_failed", message: "The command exited with code 3." };
    const failed = applyObservation(noticed, said("Failed", { notice, error }), now);
    expect(failed?.timeline.at(-1)?.message).toBe(`${error.message} ${notice.message}`);
  });

  test("is removed at the end of the job, and none is set on a finished job", () => {
    expect(applyObservation(noticed, said("Completed", { notice: away }), now)).not.toHaveProperty("notice");
    expect(failJob(noticed, { code: "x", message: "x" }, now)).not.toHaveProperty("notice");
    expect(
      endAbsentJob({ ...noticed, cancel_requested_at: now.toISOString() }, { code: "x", message: "x" }, now),
    ).not.toHaveProperty("notice");
    const { dispatch_claimed_at: _claimed, ...unclaimed } = noticed;
    expect(requestCancel(unclaimed, now)).not.toHaveProperty("notice");
    expect(setNotice({ ...running, status: "Failed" }, away, now)).toBeUndefined();
  });

  test("does not change the error of a job", () => {
    const error = { code: "other", message: "x" };
    expect(applyObservation({ ...noticed, error }, said("Running"), now)).toMatchObject({ error });
  });
});

test("sets the notice of a job of another backend once, until its own backend reports its status", () => {
  const noted = setOtherBackendNotice(running, "local", now) as JobRecord;
  const message = expect.stringMatching(/^The job belongs to the backend memory, and the service now runs local: /);
  expect(noted).toMatchObject({ status: "Running", notice: { code: "other_backend", message } });
  expect(setOtherBackendNotice(noted, "local", now)).toBeUndefined();
  expect(applyObservation(noted, said("Running", { observed_at: "2026-03-01T12:00:20.000Z" }), now)).not.toHaveProperty(
    "notice",
  );
});
