/** Signals from the service to the management of one job. */
export interface RunSignals {
  /** Aborted when the service stops to manage the job. Its command keeps running. */
  readonly detached: AbortSignal;
  /** Aborted when a cancel was requested. */
  readonly canceled: AbortSignal;
  /** Called when the download of bundle and inputs begins. */
  readonly onPreparing: () => void;
}
