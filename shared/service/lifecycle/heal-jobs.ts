import { isServiceError } from "../../core/errors.ts";
import type { OpenJob } from "../../core/ports/open-jobs.ts";
import { failureNotice } from "../../core/ports/outage.ts";
import type { CallOptions, Versioned } from "../../core/ports/ports.ts";
import { isUnreadableRecord } from "../../core/records/is-unreadable-record.ts";
import { phaseOf } from "../../core/records/phases.ts";
import type { JobRecord } from "../../core/records/record.ts";
import { setNotice } from "../../core/records/transitions.ts";
import type { Clock } from "../../lib/clock.ts";
import { clockWentBack, isAheadOfClock } from "../../lib/clock-jumps.ts";
import { startStopwatch } from "../../lib/stopwatch.ts";
import { storeReceived } from "../jobs/edit-job.ts";
import { unreadableMs } from "./postpone-unreadable.ts";
import { type PurgePorts, purgeJob } from "./purge-job.ts";
import { sendEdit } from "./send-edit.ts";
import { updateJob } from "./update-job.ts";
import { closeRow, ensureDump, type ProjectionPorts, updateProjections } from "./update-projections.ts";

export interface HealPorts extends ProjectionPorts, PurgePorts {
  readonly clock: Clock;
}

export interface HealReport {
  readonly looked: number;
  readonly swept: number;
  /** Jobs whose healing failed, with the reason; they are looked at again. */
  readonly failed: readonly { readonly name: string; readonly error: unknown }[];
}

const minutes = 60_000;
/** A row without a record is kept so long: its submission may still be under way. */
const orphanMs = 10 * minutes;
const longestMs = 60 * minutes;
const softDeadlineMs = 45_000;

/**
 * Finishes what a crash left half-done, from the open rows alone: a missing `job.yml`, an index row behind its record, events
 * that are not out, a cancel that was not passed on, rows of finished jobs, rows without a record, what is left of a deleted
 * job. A lost dispatch is found by the poll. A job that was looked at is looked at again after as long as it is old, at most
 * an hour; one that failed, after a minute, behind those that have waited longer.
 */
export async function healJobs(ports: HealPorts, options: CallOptions = {}): Promise<HealReport> {
  const elapsedMs = startStopwatch(ports.clock);
  const now = ports.clock.now();
  // Rows that are put off longer than ever were made before the clock was set back; each gets a new time below.
  const beyond = clockWentBack(ports.clock, "heal") ? now : new Date(now.getTime() + longestMs + minutes);
  const rows = await ports.openJobs.toHeal(now, { ...options, beyond });
  const failed: { name: string; error: unknown }[] = [];
  let looked = 0;
  let swept = 0;
  for (const row of rows) {
    if (elapsedMs() > softDeadlineMs) break;
    looked += 1;
    try {
      if (await healJob(ports, row, options)) swept += 1;
    } catch (error) {
      // Somebody wrote on the row meanwhile, maybe to be healed soon: it stays due, and is looked at again at the next tick.
      if (isServiceError(error, "conflict")) continue;
      failed.push({ name: row.value.name, error });
      // Else the same few would be the first of every tick, and those behind them might never have a turn.
      await lookAgain(ports, row, isUnreadableRecord(error) ? unreadableMs : minutes, options).catch(() => undefined);
    }
  }
  return { looked, swept, failed };
}

function lookAgain(
  { openJobs, clock }: HealPorts,
  { value }: Versioned<OpenJob>,
  ms: number,
  options: CallOptions,
): Promise<void> {
  return openJobs.merge(value.name, { heal_at: new Date(clock.now().getTime() + ms).toISOString() }, options);
}

/** True when the row had no record, or one of a deleted job, and was swept. */
async function healJob(ports: HealPorts, row: Versioned<OpenJob>, options: CallOptions): Promise<boolean> {
  const { name, created_at } = row.value;
  const now = ports.clock.now().getTime();
  const ageMs = isAheadOfClock(created_at, ports.clock.now()) ? orphanMs : now - Date.parse(created_at);
  const found = await ports.records.get(name, options);
  if (found === undefined) {
    if (ageMs >= orphanMs) await closeRow(ports.openJobs, name, row.etag, options);
    else await lookAgain(ports, row, minutes, options);
    return ageMs >= orphanMs;
  }
  if (phaseOf(found.value) === "deleting") {
    await purgeJob(ports, found, row, options);
    return true;
  }
  await ensureDump(ports, found.value, row.value, options);
  const heal_at = new Date(now + Math.min(longestMs, Math.max(minutes, ageMs))).toISOString();
  const { record, sent } =
    row.value.edit === "pending" ? await healEdit(ports, found, options) : { record: found.value, sent: false };
  const changes = { heal_at, dump_of: found.value.submission_id, ...(sent ? ({ edit: "sent" } as const) : {}) };
  await updateProjections(ports, record, { row, changes, closes: true, ifUnchanged: true }, options);
  return false;
}

/** Sends an edit that waits for the backend. One that fails is named on the job. */
async function healEdit(
  ports: HealPorts,
  { value }: Versioned<JobRecord>,
  options: CallOptions,
): Promise<{ readonly record: JobRecord; readonly sent: boolean }> {
  try {
    const sent = await sendEdit(ports, value, options);
    return { record: sent ? await storeReceived(ports, value, options) : value, sent };
  } catch (error) {
    const said = failureNotice("edit_not_sent", error);
    const record = (found: JobRecord, now: Date) =>
      found.submission_id === value.submission_id ? setNotice(found, said, now) : undefined;
    if (record(value, ports.clock.now()) !== undefined) await updateJob(ports, value.name, { record }, options);
    throw error;
  }
}
