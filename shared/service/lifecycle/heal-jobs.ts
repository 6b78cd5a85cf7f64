import { isServiceError } from "../../core/errors.ts";
import type { OpenJob } from "../../core/ports/open-jobs.ts";
import { failureNotice } from "../../core/ports/outage.ts";
import type { CallOptions, Versioned } from "../../core/ports/ports.ts";
import { isUnreadableRecord } from "../../core/records/is-unreadable-record.ts";
import { phaseOf } from "../../core/records/phases.ts";
import type { JobRecord } from "../../core/records/record.ts";
import { setNotice } from "../../core/records/set-notice.ts";
import type { Clock } from "../../lib/clock.ts";
import { clockWentBack, isAheadOfClock } from "../../lib/clock-jumps.ts";
import { startStopwatch } from "../../lib/stopwatch.ts";
import { unreadableMs } from "./postpone-unreadable.ts";
import { type PurgePorts, purgeJob } from "./purge-job.ts";
import { sendEdit, storeReceived } from "./send-edit.ts";
import { updateJob } from "./update-job.ts";
import { closeRow, ensureDump, type ProjectionPorts, updateProjections } from "./update-projections.ts";

export interface HealPorts extends ProjectionPorts, PurgePorts {
  readonly clock: Clock;
}

export interface HealReport {
  /** Jobs that this run checked. */
  readonly checked: number;
  /** Rows that were deleted because their job has no record or was deleted. */
  readonly removed: number;
  /** Jobs whose healing failed; they are checked again. */
  readonly failed: readonly { readonly name: string; readonly error: unknown }[];
}

const minuteMs = 60_000;
/** Age after which a row without a record is deleted: until then, its submission may still be running. */
const orphanMs = 10 * minuteMs;
/** Longest time between two checks of a job. */
const maxWaitMs = 60 * minuteMs;
const softDeadlineMs = 45_000;

/**
 * Repairs incomplete writes after a crash, using only the openjobs rows: a missing `job.yml`, an outdated index row,
 * unpublished events, a cancel or an edit that was not sent, rows of finished jobs, rows without a record, data of
 * deleted jobs. (The poll finds lost dispatches.) A job is checked again when its age has doubled, at most an hour
 * later, or after a minute if its check failed.
 */
export async function healJobs(ports: HealPorts, options: CallOptions = {}): Promise<HealReport> {
  const elapsedMs = startStopwatch(ports.clock);
  const now = ports.clock.now();
  // A time later than healing ever sets was written before the clock was set back; it is replaced below.
  const beyond = clockWentBack(ports.clock, "heal") ? now : new Date(now.getTime() + maxWaitMs + minuteMs);
  const rows = await ports.openJobs.toHeal(now, { ...options, beyond });
  const failed: { name: string; error: unknown }[] = [];
  let [checked, removed] = [0, 0];
  for (const row of rows) {
    if (elapsedMs() > softDeadlineMs) break;
    checked += 1;
    try {
      if (await healJob(ports, row, options)) removed += 1;
    } catch (error) {
      // Another operation has changed the row and may have made healing due: the next run checks the row.
      if (isServiceError(error, "conflict")) continue;
      failed.push({ name: row.value.name, error });
      // The next time is later, so that a few failing jobs do not delay all other jobs in each run.
      const waitMs = isUnreadableRecord(error) ? unreadableMs : minuteMs;
      await checkLater(ports, row, waitMs, options).catch(() => undefined);
    }
  }
  return { checked, removed, failed };
}

function checkLater(
  { openJobs, clock }: HealPorts,
  { value }: Versioned<OpenJob>,
  waitMs: number,
  options: CallOptions,
): Promise<void> {
  return openJobs.merge(value.name, { heal_at: new Date(clock.now().getTime() + waitMs).toISOString() }, options);
}

/** True if the row was deleted because the job has no record or was deleted. */
async function healJob(ports: HealPorts, row: Versioned<OpenJob>, options: CallOptions): Promise<boolean> {
  const { name } = row.value;
  const found = await ports.records.get(name, options);
  if (found === undefined) return healOrphan(ports, row, options);
  if (phaseOf(found.value) === "deleting") {
    await purgeJob(ports, found, row, options);
    return true;
  }
  await ensureDump(ports, found.value, row.value, options);
  const waitMs = Math.min(maxWaitMs, Math.max(minuteMs, ageMs(ports, row)));
  const heal_at = new Date(ports.clock.now().getTime() + waitMs).toISOString();
  const { record, sent } =
    row.value.edit === "pending" ? await healEdit(ports, found, options) : { record: found.value, sent: false };
  const changes = { heal_at, dump_of: found.value.submission_id, ...(sent ? ({ edit: "sent" } as const) : {}) };
  await updateProjections(ports, record, { row, changes, closes: true, ifUnchanged: true }, options);
  return false;
}

/** Deletes a row without a record, unless its submission may still be running. */
async function healOrphan(ports: HealPorts, row: Versioned<OpenJob>, options: CallOptions): Promise<boolean> {
  const isExpired = ageMs(ports, row) >= orphanMs;
  if (isExpired) await closeRow(ports.openJobs, row.value.name, row.etag, options);
  else await checkLater(ports, row, minuteMs, options);
  return isExpired;
}

/** The age of a job. A job created before the clock was set back counts as old enough to delete its row. */
function ageMs({ clock }: HealPorts, { value: { created_at } }: Versioned<OpenJob>): number {
  const now = clock.now();
  return isAheadOfClock(created_at, now) ? orphanMs : now.getTime() - Date.parse(created_at);
}

/** Sends a pending edit. A failure becomes a notice of the job. */
async function healEdit(
  ports: HealPorts,
  { value }: Versioned<JobRecord>,
  options: CallOptions,
): Promise<{ readonly record: JobRecord; readonly sent: boolean }> {
  try {
    const sent = await sendEdit(ports, value, options);
    return { record: sent ? await storeReceived(ports, value, options) : value, sent };
  } catch (error) {
    const notice = failureNotice("edit_not_sent", error);
    const record = (found: JobRecord, now: Date) =>
      found.submission_id === value.submission_id ? setNotice(found, notice, now) : undefined;
    if (record(value, ports.clock.now()) !== undefined) await updateJob(ports, value.name, { record }, options);
    throw error;
  }
}
