/** Stores the time up to which events of a container were sent, for the next start. */
import { readFileSync, writeFileSync } from "node:fs";

export interface EventProgress {
  /** Time (milliseconds since 1970) before which an earlier start sent the events of all blobs. */
  readonly reportedUntil: number;
  /** Stores that events were sent for blobs up to this time of modification. */
  advance(time: number): void;
}

/** Maximum delay with which a blob appears in the listing after blobs that were written later. */
const maxReorderMs = 5000;

/**
 * Opens the progress of one subscription. A new subscription starts now, as in Event Grid; blob times are in whole
 * seconds.
 */
export function openEventProgress(stateFile: string, key: string): EventProgress {
  const now = Math.floor(Date.now() / 1000) * 1000;
  // After the clock was set back, the stored time may be in the future, and the events of new blobs would be skipped.
  const since = Math.min(readState(stateFile)[key] ?? now, now);
  let stored = Number.NEGATIVE_INFINITY;
  const store = (time: number) => {
    if (time <= stored) return;
    stored = time;
    writeFileSync(stateFile, JSON.stringify({ ...readState(stateFile), [key]: stored }));
  };
  store(since);
  return { reportedUntil: since, advance: (time) => store(time - maxReorderMs) };
}

function readState(stateFile: string): Record<string, number> {
  try {
    return JSON.parse(readFileSync(stateFile, "utf8"));
  } catch {
    return {};
  }
}
