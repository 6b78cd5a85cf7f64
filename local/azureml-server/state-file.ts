/** Stores jobs and assets in a file, so that they are available after a restart. */
import { readFileSync, renameSync, writeFileSync } from "node:fs";
import type { Asset, ServerJob, ServerState } from "./state.ts";

interface StoredState {
  readonly jobs: readonly Omit<ServerJob, "course">[];
  readonly assets: readonly (readonly [string, Asset])[];
}

/** Loads the file into a state; does nothing without a file. */
export function loadState(state: ServerState, file: string): void {
  let stored: StoredState;
  try {
    stored = JSON.parse(readFileSync(file, "utf8")) as StoredState;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return;
    throw error;
  }
  for (const job of stored.jobs)
    state.jobs.set(job.name, { ...job, cancelAt: job.cancelAt, course: state.courseOf(job.name, job.sent) });
  for (const [key, asset] of stored.assets) state.assets.set(key, asset);
}

export function saveState({ jobs, assets }: ServerState, file: string): void {
  const stored: StoredState = { jobs: [...jobs.values()].map(({ course: _, ...job }) => job), assets: [...assets] };
  const draft = `${file}.draft`;
  writeFileSync(draft, JSON.stringify(stored));
  renameSync(draft, file);
}
