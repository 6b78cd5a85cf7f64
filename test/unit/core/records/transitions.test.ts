import { describe, expect, test } from "vitest";
import { applyObservation, countNotFound, isStale } from "../../../../shared/core/records/apply-observation.ts";
import type { Observation } from "../../../../shared/core/records/messages.ts";
import type { JobRecord } from "../../../../shared/core/records/record.ts";
import { revise, trimTimeline } from "../../../../shared/core/records/revise.ts";
import { setNotice, setOtherBackendNotice } from "../../../../shared/core/records/set-notice.ts";
import { isTerminal, knownStatuses, mayFollow } from "../../../../shared/core/records/status.ts";
import {
  canCancel,
  claimDispatch,
  endAbsentJob,
  failJob,
  recordCancelRefusal,
  requestCancel,
} from "../../../../shared/core/records/transitions.ts";
import { newRecord } from "../../../support/new-record.ts";

const now = new Date("2026-03-01T13:00:00.000Z");
const record = newRecord();
const running: JobRecord = { ...record, status: "Running", status_observed_at: "2026-03-01T12:00:10.000Z" };
const said = (status: string, more: Partial<Observation> = {}): Observation => ({
  status,
  observed_at: "2026-03-01T12:00:20.000Z",
  ...more,
});

describe("statuses", () => {
  test("three of the twelve are terminal", () => {
    expect(knownStatuses).toHaveLength(12);
    expect(knownStatuses.filter(isTerminal)).toEqual(["Completed", "Failed", "Canceled"]);
  });

  test.each(["Paused", "toString", "__proto__", ""])("the unknown word %j is active", (word) => {
    expect([isTerminal(word), mayFollow("Running", word), mayFollow(word, "Running")]).toEqual([false, true, true]);
  });

  test.each([
    ["NotResponding", "Running", true],
    ["Running", "Queued", true],
    ["CancelRequested", "Running", false],
    ["CancelRequested", "Completed", true],
    ["CancelRequested", "CancelRequested", true],
    ["Completed", "Failed", false],
    ["Canceled", "Running", false],
  ])("%s may be followed by %s: %s", (from, to, may) => {
    expect(mayFollow(from, to)).toBe(may);
  });
});

describe("an observation", () => {
  test("moves the status on, with an entry of the timeline", () => {
    expect(applyObservation(record, said("Running", { error: { code: "slow", message: "Slow." } }), now)).toMatchObject(
      {
        status: "Running",
        error: { code: "slow" },
        revision: 2,
        timeline: [
          { seq: 1 },
          { seq: 2, status: "Running", at: now.toISOString(), source: "backend", message: "Slow." },
        ],
      },
    );
  });

  test("with new facts of the same status makes no entry", () => {
    const next = applyObservation(running, said("Running", { log_names: ["a.txt"] }), now);
    expect([next?.log_names, next?.timeline]).toEqual([["a.txt"], running.timeline]);
  });

  test("that was taken before changes nothing", () => {
    expect(
      applyObservation(running, said("Running", { observed_at: "2026-03-01T12:00:10.000Z" }), now),
    ).toBeUndefined();
  });

  test("with nothing new is the newest all the same, so that one from before it is stale", () => {
    const next = applyObservation(running, said("Running"), now);
    expect(next).toMatchObject({
      status: "Running",
      status_observed_at: "2026-03-01T12:00:20.000Z",
      timeline: running.timeline,
    });
    expect(isStale(next as JobRecord, said("NotResponding", { observed_at: "2026-03-01T12:00:15.000Z" }))).toBe(true);
  });

  test("keeps what it does not speak of", () => {
    const known: JobRecord = { ...running, studio_url: "https://ml.test/iris", backend_id: "b" };
    expect(applyObservation(known, said("Finalizing"), now)).toMatchObject({
      studio_url: "https://ml.test/iris",
      backend_id: "b",
    });
  });

  test.each([
    [{ finished_at: "2026-03-01T12:00:15.000Z" }, "2026-03-01T12:00:15.000Z"],
    [{}, "2026-03-01T12:00:20.000Z"],
  ])("of an end has a time of end: what the backend says, else that of asking", (times, finished_at) => {
    expect(applyObservation(running, said("Completed", times), now)).toMatchObject({
      status: "Completed",
      finished_at,
    });
  });

  test.each<[string, Partial<JobRecord>, Partial<Observation>, boolean]>([
    ["asked earlier", {}, { observed_at: "2026-03-01T12:00:09.999Z" }, true],
    ["asked at the same time", {}, { observed_at: "2026-03-01T12:00:10.000Z" }, false],
    [
      "asked earlier but of a newer revision",
      { backend_revision: 3 },
      { observed_at: "2026-03-01T12:00:00.000Z", revision: 4 },
      false,
    ],
    ["asked later but of an older revision", { backend_revision: 3 }, { revision: 2 }, true],
    [
      "of the same revision, asked earlier",
      { backend_revision: 3 },
      { revision: 3, observed_at: "2026-03-01T12:00:00.000Z" },
      true,
    ],
    ["with a revision where none is known", {}, { revision: 1 }, false],
  ])("%s is stale: %j %j %s", (_what, known, observation, stale) => {
    expect(isStale({ ...running, ...known }, said("Queued", observation))).toBe(stale);
    expect(applyObservation({ ...running, ...known }, said("Queued", observation), now) === undefined).toBe(stale);
  });

  test("of a job that was never observed is not stale", () => {
    expect(isStale(record, said("Queued"))).toBe(false);
  });
});

describe("not found", () => {
  const count = (from: JobRecord, ...seconds: number[]) =>
    seconds.reduce(
      (before, second) =>
        countNotFound(before, new Date(Date.parse("2026-03-01T12:01:00Z") + second * 1000).toISOString(), now) ??
        before,
      from,
    );

  test("counts, and the third time in a row is the end", () => {
    expect(count(running, 1, 2)).toMatchObject({
      status: "Running",
      revision: 3,
      not_found_at: ["2026-03-01T12:01:01.000Z", "2026-03-01T12:01:02.000Z"],
    });
    expect(count(running, 1, 2, 3)).toMatchObject({
      status: "Failed",
      error: {
        code: "backend_job_not_found",
        message: "The backend memory did not know the job when asked 3 times in a row; it may have been deleted there.",
      },
    });
  });

  test.each([[[1, 1, 1, 1]], [[1, 2, 1, 2, 0]]])("counts each time of asking once: %j", (seconds) => {
    expect(count(running, ...seconds).status).toBe("Running");
  });

  test("from before the newest observation does not count", () => {
    expect(countNotFound(running, "2026-03-01T12:00:10.000Z", now)).toBeUndefined();
  });

  test("of a finished job does not count", () => {
    expect(countNotFound({ ...running, status: "Completed" }, "2026-03-01T14:00:00.000Z", now)).toBeUndefined();
  });

  test("starts anew after an answer, but keeps what was asked after that", () => {
    const twice = count(running, 1, 2);
    expect(
      applyObservation(twice, said("Running", { observed_at: "2026-03-01T12:01:01.500Z" }), now)?.not_found_at,
    ).toEqual(["2026-03-01T12:01:02.000Z"]);
    expect(
      applyObservation(twice, said("Running", { observed_at: "2026-03-01T12:02:00.000Z" }), now)?.not_found_at,
    ).toEqual([]);
  });
});

describe("a dispatch", () => {
  test("is claimed once", () => {
    const claimed = claimDispatch(record, now);
    expect(claimed).toMatchObject({ dispatch_claimed_at: now.toISOString(), revision: 2 });
    expect(claimDispatch(claimed as JobRecord, now)).toBeUndefined();
  });

  test("that fails ends the job, unless it has ended", () => {
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

  test("ends as Failed, and where a cancel was wished as Canceled", () => {
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

  test("and has ended stays as it is", () => {
    expect(
      endAbsentJob({ ...claimed, status: "Canceled", cancel_requested_at: now.toISOString() }, error, now),
    ).toBeUndefined();
  });
});

describe("a notice", () => {
  const later = new Date("2026-03-01T14:00:00.000Z");
  const away = { code: "unreachable", message: "No answer." } as const;
  const noticed = setNotice(running, away, now) as JobRecord;

  test("is given once, beside the error and without an entry of the timeline", () => {
    expect(noticed).toEqual({
      ...running,
      notice: { ...away, since: now.toISOString() },
      revision: running.revision + 1,
      modified_at: now.toISOString(),
    });
    expect(setNotice(noticed, away, later)).toBeUndefined();
  });

  test("keeps the time of its beginning while the code is the same", () => {
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

  test("is taken away by an observation without one, though nothing else is new", () => {
    expect(applyObservation(noticed, said("Running"), now)).not.toHaveProperty("notice");
  });

  test("comes with an observation, and stays with the next one that has it", () => {
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

  test("that a part of the log is not stored stays on a job that is over, and is in the last entry of its timeline", () => {
    const notice = { code: "log_incomplete", message: "A part of the log could not be stored." } as const;
    const done = applyObservation(noticed, said("Completed", { notice }), now);
    expect(done).toMatchObject({ status: "Completed", notice: { ...notice, since: now.toISOString() } });
    expect(done?.timeline.at(-1)).toMatchObject({ status: "Completed", message: notice.message });
    const error = { code: "command_failed", message: "The command exited with code 3." };
    const failed = applyObservation(noticed, said("Failed", { notice, error }), now);
    expect(failed?.timeline.at(-1)?.message).toBe(`${error.message} ${notice.message}`);
  });

  test("is over when the job is, and none is given to a finished job", () => {
    expect(applyObservation(noticed, said("Completed", { notice: away }), now)).not.toHaveProperty("notice");
    expect(failJob(noticed, { code: "x", message: "x" }, now)).not.toHaveProperty("notice");
    expect(
      endAbsentJob({ ...noticed, cancel_requested_at: now.toISOString() }, { code: "x", message: "x" }, now),
    ).not.toHaveProperty("notice");
    const { dispatch_claimed_at: _claimed, ...unclaimed } = noticed;
    expect(requestCancel(unclaimed, now)).not.toHaveProperty("notice");
    expect(setNotice({ ...running, status: "Failed" }, away, now)).toBeUndefined();
  });

  test("leaves the error of a job as it is", () => {
    const error = { code: "other", message: "x" };
    expect(applyObservation({ ...noticed, error }, said("Running"), now)).toMatchObject({ error });
  });
});

test("a job of another backend says so, once, until its own backend is heard of again", () => {
  const noted = setOtherBackendNotice(running, "local", now) as JobRecord;
  const message = expect.stringMatching(/^The job belongs to the backend memory, and the service now runs local: /);
  expect(noted).toMatchObject({ status: "Running", notice: { code: "other_backend", message } });
  expect(setOtherBackendNotice(noted, "local", now)).toBeUndefined();
  expect(applyObservation(noted, said("Running", { observed_at: "2026-03-01T12:00:20.000Z" }), now)).not.toHaveProperty(
    "notice",
  );
});

describe("a cancel", () => {
  test("while no dispatch is claimed is the end", () => {
    expect(requestCancel(record, now)).toMatchObject({
      status: "Canceled",
      finished_at: now.toISOString(),
      cancel_requested_at: now.toISOString(),
    });
  });

  test("after that is a request", () => {
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

  test("that is refused is noted once, and not on a finished job", () => {
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

describe("a timeline", () => {
  const long = (length: number): JobRecord => ({
    ...record,
    timeline: Array.from({ length }, (_, index) => ({
      seq: index + 1,
      status: "Running",
      at: now.toISOString(),
      source: "backend" as const,
    })),
  });

  test.each([
    [500, 500, 1],
    [501, 501, 2],
    [900, 900, 401],
    [900, 100, 101],
    [900, 0, 1],
  ])("of %i entries, published up to %i, begins with %i", (length, published, first) => {
    const { timeline } = trimTimeline(long(length), published);
    expect([timeline[0]?.seq, timeline.at(-1)?.seq]).toEqual([first, length]);
  });

  test("goes on counting after it was trimmed", () => {
    const trimmed = trimTimeline(long(900), 900);
    expect(applyObservation(trimmed, said("Completed"), now)?.timeline.at(-1)?.seq).toBe(901);
  });
});

test("a revision counts on and knows its time", () => {
  expect(revise(record, { archived: true }, now)).toEqual({
    ...record,
    archived: true,
    revision: 2,
    modified_at: now.toISOString(),
  });
});
