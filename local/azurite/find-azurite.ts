import { resolve } from "node:path";
import { isAzuriteRunning } from "./azurite-process.ts";
import { connectionStringTo, hasAddress, readAzuriteState } from "./azurite-state.ts";

/** Connection string of the last Azurite on `directory`, also if it has ended. @throws Error if none has run on it. */
export function connectionStringOf(directory: string): string {
  const state = readAzuriteState(directory);
  if (!hasAddress(state)) throw new Error(`No Azurite has run on ${directory}.`);
  return connectionStringTo(state);
}

/** Connection string of the Azurite that runs on `directory`; undefined if none does. */
export async function findAzurite(directory: string): Promise<string | undefined> {
  const folder = resolve(directory);
  const state = readAzuriteState(folder);
  return hasAddress(state) && (await isAzuriteRunning(state.pid, folder)) ? connectionStringTo(state) : undefined;
}
