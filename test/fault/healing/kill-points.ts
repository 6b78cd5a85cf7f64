import type { KillPoint } from "./killed-host.ts";

const record = /^PUT .*\/record\.json$/;
const row = /^(PATCH|MERGE) .*\/openjobs\(/;

/** The writes to storage during a job, in order. The numbers count writes of the same kind. */
const calls: Readonly<Record<string, readonly [call: RegExp, nth: number]>> = {
  "the openjobs row is created": [/^PUT .*\/openjobs\(/, 1],
  "the record is created": [record, 1],
  "job.yml is written": [/^PUT .*\/job\.yml$/, 1],
  "the index row is created": [/^POST .*\/jobindex$/, 1],
  "the dispatch is enqueued": [/^POST .*\/job-dispatch\/messages$/, 1],
  "the job is claimed": [record, 2],
  "the submit is recorded": [record, 3],
  "the index row is updated after the dispatch": [/^(PUT|PATCH|MERGE) .*\/jobindex\(/, 1],
  "the openjobs row is updated after the dispatch": [row, 1],
  "the dispatch message is deleted": [/^DELETE .*\/job-dispatch\/messages\//, 1],
  "the poll updates the openjobs row": [row, 2],
  "an update is enqueued": [/^POST .*\/job-updates\/messages$/, 1],
  "the final status is recorded": [record, 4],
  "the index row is updated after the end": [/^(PUT|PATCH|MERGE) .*\/jobindex\(/, 2],
  "the openjobs row is deleted": [/^DELETE .*\/openjobs\(/, 1],
};

/** Each write twice: with the kill before and after storage receives it. */
export const killPoints: readonly (readonly [what: string, when: "before" | "after", point: KillPoint])[] =
  Object.entries(calls).flatMap(([what, [call, nth]]) =>
    (["before", "after"] as const).map((when) => [what, when, { call, nth, when }] as const),
  );
