/** Signals to the run of one job. @see runJob */
export interface RunSignals {
  /** Aborted when this process stops managing the job. Its command keeps running. */
  readonly detached: AbortSignal;
  /** Aborted when a cancel was requested. */
  readonly canceled: AbortSignal;
  /** Called when the download of bundle and inputs begins. */
  readonly onPreparing: () => void;
}
