/** How far the events of a container are told, kept for the next start. */
import { readFileSync, writeFileSync } from "node:fs";

export interface Progress {
  /** What was written before this time (milliseconds) was told by an earlier start. */
  readonly since: number;
  reach(time: number): void;
}

/** A blob may be seen so much later than one that was written after it. */
const overtakeMs = 5000;

/** A new subscription tells of what is written from now on, as Event Grid does; blobs have their time in whole seconds. */
export function openProgress(stateFile: string, key: string): Progress {
  const now = Math.floor(Date.now() / 1000) * 1000;
  // A future time was stored before the clock was set back: all new blobs would count as reported.
  const since = Math.min(readState(stateFile)[key] ?? now, now);
  let kept = Number.NEGATIVE_INFINITY;
  const keep = (time: number) => {
    if (time <= kept) return;
    kept = time;
    writeFileSync(stateFile, JSON.stringify({ ...readState(stateFile), [key]: kept }));
  };
  keep(since);
  return { since, reach: (time) => keep(time - overtakeMs) };
}

function readState(stateFile: string): Record<string, number> {
  try {
    return JSON.parse(readFileSync(stateFile, "utf8"));
  } catch {
    return {};
  }
}
