/** The statuses of an Azure ML job, and whether each is terminal. */

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
/** A known status, or an unknown status of the backend, which is stored unchanged and treated as active. */
export type Status = KnownStatus | (string & {});

export const knownStatuses = Object.keys(terminal) as readonly KnownStatus[];

/** Statuses of the REST API of Azure ML that its SDK does not document. */
const otherStatuses = ["Paused", "Scheduled", "Unknown"] as const;

/** The statuses by which lists can be filtered. */
export const listedStatuses = [...knownStatuses, ...otherStatuses] as const;

/** The statuses that never change again. */
export const terminalStatuses: readonly KnownStatus[] = knownStatuses.filter((status) => terminal[status]);

const beforeRunning: readonly string[] = [
  "NotStarted",
  "Starting",
  "Provisioning",
  "Preparing",
  "Queued",
] satisfies KnownStatus[];

/** True for a status before the start of the job. */
export function isBeforeRunning(status: Status): boolean {
  return beforeRunning.includes(status);
}

/** Completed, Failed and Canceled never change again. NotResponding can recover. */
export function isTerminal(status: Status): boolean {
  return Object.hasOwn(terminal, status) && terminal[status as KnownStatus];
}
