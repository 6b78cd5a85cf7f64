import { describe, expect, test } from "vitest";
import { applyObservation, countNotFound, isStale } from "../../../../shared/core/records/apply-observation.ts";
import type { Observation } from "../../../../shared/core/records/messages.ts";
import type { JobRecord } from "../../../../shared/core/records/record.ts";
import { newRecord } from "../../../support/new-record.ts";

const now = new Date("2026-03-01T13:00:00.000Z");
const record = newRecord();
const running: JobRecord = { ...newRecord(), status: "Running", status_observed_at: "2026-03-01T12:00:10.000Z" };
const said = (status: string, more: Partial<Observation> = {}): Observation => ({
  status,
  observed_at: "2026-03-01T12:00:20.000Z",
  ...more,
});

describe("an observation", () => {
  test("changes the status, with a timeline entry", () => {
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

  test("with new fields and the same status adds no timeline entry", () => {
    const next = applyObservation(running, said("Running", { log_names: ["a.txt"] }), now);
    expect([next?.log_names, next?.timeline]).toEqual([["a.txt"], running.timeline]);
  });

  test("that is repeated changes nothing", () => {
    expect(
      applyObservation(running, said("Running", { observed_at: "2026-03-01T12:00:10.000Z" }), now),
    ).toBeUndefined();
  });

  test("without news is stored as the newest, so that earlier ones are stale", () => {
    const next = applyObservation(running, said("Running"), now);
    expect(next).toMatchObject({
      status: "Running",
      status_observed_at: "2026-03-01T12:00:20.000Z",
      timeline: running.timeline,
    });
    expect(isStale(next as JobRecord, said("NotResponding", { observed_at: "2026-03-01T12:00:15.000Z" }))).toBe(true);
  });

  test("leaves fields that it does not have as they are", () => {
    const known: JobRecord = { ...running, studio_url: "https://ml.test/iris", backend_id: "b" };
    expect(applyObservation(known, said("Finalizing"), now)).toMatchObject({
      studio_url: "https://ml.test/iris",
      backend_id: "b",
    });
  });

  test.each([
    [{ finished_at: "2026-03-01T12:00:15.000Z" }, "2026-03-01T12:00:15.000Z"],
    [{}, "2026-03-01T12:00:20.000Z"],
  ])("of an end sets the end time of the backend, otherwise that of the request", (times, finished_at) => {
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

  test("of a job without an observation is not stale", () => {
    expect(isStale(record, said("Queued"))).toBe(false);
  });
});

describe("a request that does not find the job", () => {
  const count = (from: JobRecord, ...seconds: number[]) =>
    seconds.reduce(
      (before, second) =>
        countNotFound(before, new Date(Date.parse("2026-03-01T12:01:00Z") + second * 1000).toISOString(), now) ??
        before,
      from,
    );

  test("counts, and the third in a row ends the job", () => {
    expect(count(running, 1, 2)).toMatchObject({
      status: "Running",
      revision: 3,
      not_found_at: ["2026-03-01T12:01:01.000Z", "2026-03-01T12:01:02.000Z"],
    });
    expect(count(running, 1, 2, 3)).toMatchObject({
      status: "Failed",
      error: {
        code: "backend_job_not_found",
        message: "The backend memory did not find the job at 3 requests in a row; it may have been deleted there.",
      },
    });
  });

  test.each([[[1, 1, 1, 1]], [[1, 2, 1, 2, 0]]])("counts once: %j", (seconds) => {
    expect(count(running, ...seconds).status).toBe("Running");
  });

  test("before the newest observation does not count", () => {
    expect(countNotFound(running, "2026-03-01T12:00:10.000Z", now)).toBeUndefined();
  });

  test("of a finished job does not count", () => {
    expect(countNotFound({ ...running, status: "Completed" }, "2026-03-01T14:00:00.000Z", now)).toBeUndefined();
  });

  test("is reset by an observation, except requests after it", () => {
    const twice = count(running, 1, 2);
    expect(
      applyObservation(twice, said("Running", { observed_at: "2026-03-01T12:01:01.500Z" }), now)?.not_found_at,
    ).toEqual(["2026-03-01T12:01:02.000Z"]);
    expect(
      applyObservation(twice, said("Running", { observed_at: "2026-03-01T12:02:00.000Z" }), now)?.not_found_at,
    ).toEqual([]);
  });
});
