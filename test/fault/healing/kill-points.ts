import type { KillPoint } from "./killed-host.ts";

const record = /^PUT .*\/record\.json$/;
const row = /^(PATCH|MERGE) .*\/openjobs\(/;

/** The calls that write something on a job's way, in order; the numbers count calls of the same kind. */
const calls: Readonly<Record<string, readonly [call: RegExp, nth: number]>> = {
  "the open row is made": [/^PUT .*\/openjobs\(/, 1],
  "the job is committed": [record, 1],
  "job.yml is written": [/^PUT .*\/job\.yml$/, 1],
  "the index row is made": [/^POST .*\/jobindex$/, 1],
  "the dispatch is enqueued": [/^POST .*\/job-dispatch\/messages$/, 1],
  "the job is claimed": [record, 2],
  "the backend has the job": [record, 3],
  "the index row follows the dispatch": [/^(PUT|PATCH|MERGE) .*\/jobindex\(/, 1],
  "the open row follows the dispatch": [row, 1],
  "the dispatch is done with": [/^DELETE .*\/job-dispatch\/messages\//, 1],
  "the poll writes down what it sends": [row, 2],
  "an update is enqueued": [/^POST .*\/job-updates\/messages$/, 1],
  "the end is written down": [record, 4],
  "the index row follows the end": [/^(PUT|PATCH|MERGE) .*\/jobindex\(/, 2],
  "the open row goes": [/^DELETE .*\/openjobs\(/, 1],
};

/** Each call with the kill before the account gets it, and after that. */
export const killPoints: readonly (readonly [what: string, when: "before" | "after", point: KillPoint])[] =
  Object.entries(calls).flatMap(([what, [call, nth]]) =>
    (["before", "after"] as const).map((when) => [what, when, { call, nth, when }] as const),
  );
