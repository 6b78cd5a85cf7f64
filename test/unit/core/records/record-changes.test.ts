import { describe, expect, test } from "vitest";
import type { JobRecord } from "../../../../shared/core/records/record.ts";
import {
  canCancel,
  claimDispatch,
  endAbsentJob,
  failJob,
  recordCancelRefusal,
  requestCancel,
} from "../../../../shared/core/records/record-changes.ts";
import { knownStatuses } from "../../../../shared/core/records/status.ts";
import { newRecord } from "../../../support/new-record.ts";

const now = new Date("2026-03-01T13:00:00.000Z");
const record = newRecord();
const running: JobRecord = { ...newRecord(), status: "Running", status_observed_at: "2026-03-01T12:00:10.000Z" };

describe("a dispatch", () => {
  test("is claimed once", () => {
    const claimed = claimDispatch(record, now);
    expect(claimed).toMatchObject({ dispatch_claimed_at: now.toISOString(), revision: 2 });
    expect(claimDispatch(claimed as JobRecord, now)).toBeUndefined();
  });

  test("that fails ends the job, unless it is finished", () => {
    expect(failJob(record, { code: "x", message: "No." }, now)).toMatchObject({
      status: "Failed",
      finished_at: now.toISOString(),
      timeline: [{ seq: 1 }, { seq: 2, status: "Failed", source: "service", message: "No." }],
    });
    expect(failJob({ ...record, status: "Canceled" }, { code: "x", message: "No." }, now)).toBeUndefined();
  });
});

describe("a job that the backend does not have", () => {
  const claimed: JobRecord = { ...record, dispatch_claimed_at: now.toISOString() };
  const error = { code: "dispatch_failed", message: "No." };

  test("ends as Failed, or as Canceled if a cancel was requested", () => {
    expect(endAbsentJob(claimed, error, now)).toMatchObject({ status: "Failed", error });
    const canceled = endAbsentJob(requestCancel(claimed, now) as JobRecord, error, now);
    expect(canceled).toMatchObject({ status: "Canceled", finished_at: now.toISOString() });
    expect([canceled?.error, canceled?.timeline.map(({ seq, status }) => [seq, status])]).toEqual([
      undefined,
      [
        [1, "NotStarted"],
        [2, "CancelRequested"],
        [3, "Canceled"],
      ],
    ]);
  });

  test("stays as it is if it is finished", () => {
    expect(
      endAbsentJob({ ...claimed, status: "Canceled", cancel_requested_at: now.toISOString() }, error, now),
    ).toBeUndefined();
  });
});

describe("a cancel", () => {
  test("before the claim ends the job", () => {
    expect(requestCancel(record, now)).toMatchObject({
      status: "Canceled",
      finished_at: now.toISOString(),
      cancel_requested_at: now.toISOString(),
    });
  });

  test("after the claim is a request", () => {
    const requested = requestCancel({ ...running, dispatch_claimed_at: now.toISOString() }, now);
    expect(requested).toMatchObject({ status: "CancelRequested", cancel_requested_at: now.toISOString() });
    expect(requested?.finished_at).toBeUndefined();
  });

  test.each(["Canceled", "CancelRequested"])("of a job that is %s changes nothing", (status) => {
    expect(requestCancel({ ...running, status }, now)).toBeUndefined();
  });

  test.each(knownStatuses.map((status) => [status, !["Finalizing", "Completed", "Failed"].includes(status)] as const))(
    "of a %s job is allowed: %s",
    (status, may) => {
      expect(canCancel(status)).toBe(may);
    },
  );

  test("that is refused is added to the timeline once, and not for a finished job", () => {
    const noted = recordCancelRefusal(running, "not now", now);
    expect(noted?.timeline.at(-1)).toMatchObject({
      status: "Running",
      source: "backend",
      message: "The backend refused to cancel: not now",
    });
    expect(recordCancelRefusal(noted as JobRecord, "not now", now)).toBeUndefined();
    expect(recordCancelRefusal({ ...running, status: "Completed" }, "not now", now)).toBeUndefined();
  });
});
