/**
 * A process that tries to lock folders: for each message it waits for the given time, tries, and reports whether it has
 * the lock.
 */
import { type FolderLock, lockFolder } from "../../local/data-folder/lock-folder.ts";

export interface Round {
  readonly folder: string;
  /** Time at which all processes try, in ms since the epoch. */
  readonly at: number;
}

let lock: FolderLock | undefined;

async function attempt({ folder, at }: Round): Promise<void> {
  lock?.release();
  lock = undefined;
  while (Date.now() < at);
  let reason = "";
  lock = await lockFolder(folder).catch((error: Error) => {
    reason = error.message;
    return undefined;
  });
  process.send?.({ held: lock !== undefined, reason });
}

process.on("message", (round: Round) => void attempt(round));
process.once("disconnect", () => process.exit(0));
