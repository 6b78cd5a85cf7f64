/** Jobs and assets in a file, so that a server that is started again on the same folder knows them. */
import { readFileSync, renameSync, writeFileSync } from "node:fs";
import type { Asset, ServerJob, ServerState } from "./state.ts";

interface Kept {
  readonly jobs: readonly Omit<ServerJob, "course">[];
  readonly assets: readonly (readonly [string, Asset])[];
}

/** Fills a state from the file, if there is one. */
export function loadState(state: ServerState, file: string): void {
  let kept: Kept;
  try {
    kept = JSON.parse(readFileSync(file, "utf8")) as Kept;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return;
    throw error;
  }
  for (const job of kept.jobs)
    state.jobs.set(job.name, { ...job, cancelAt: job.cancelAt, course: state.courseOf(job.name, job.sent) });
  for (const [key, asset] of kept.assets) state.assets.set(key, asset);
}

export function saveState({ jobs, assets }: ServerState, file: string): void {
  const kept: Kept = { jobs: [...jobs.values()].map(({ course: _, ...job }) => job), assets: [...assets] };
  const draft = `${file}.draft`;
  writeFileSync(draft, JSON.stringify(kept));
  renameSync(draft, file);
}
