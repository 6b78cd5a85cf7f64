/** The statuses of an Azure ML job, and what each means for the service. */

const terminal = {
  NotStarted: false,
  Starting: false,
  Provisioning: false,
  Preparing: false,
  Queued: false,
  Running: false,
  Finalizing: false,
  CancelRequested: false,
  NotResponding: false,
  Completed: true,
  Failed: true,
  Canceled: true,
} as const;

export type KnownStatus = keyof typeof terminal;
/** One of the 12, or a word that the backend said and we do not know: it is kept as it came and counts as active. */
export type Status = KnownStatus | (string & {});

export const knownStatuses = Object.keys(terminal) as readonly KnownStatus[];

/** Statuses of Azure ML's REST API that its SDK does not document; a job may have one. */
const otherStatuses = ["Paused", "Scheduled", "Unknown"] as const;

/** The statuses that a list can be asked for. */
export const listedStatuses = [...knownStatuses, ...otherStatuses] as const;

/** The statuses that are never left. */
export const terminalStatuses: readonly KnownStatus[] = knownStatuses.filter((status) => terminal[status]);

const beforeRunning: readonly string[] = [
  "NotStarted",
  "Starting",
  "Provisioning",
  "Preparing",
  "Queued",
] satisfies KnownStatus[];

/** Whether a job with this status is still to be started. */
export function isBeforeRunning(status: Status): boolean {
  return beforeRunning.includes(status);
}

/** Completed, Failed and Canceled are never left. NotResponding can recover. */
export function isTerminal(status: Status): boolean {
  return Object.hasOwn(terminal, status) && terminal[status as KnownStatus];
}

/**
 * Whether a newer observation may move a job from one status to another: a terminal status is never left,
 * CancelRequested gives way only to a terminal one, and any active status may follow any other.
 */
export function mayFollow(from: Status, to: Status): boolean {
  if (isTerminal(from)) return false;
  return from !== "CancelRequested" || isTerminal(to) || to === "CancelRequested";
}
