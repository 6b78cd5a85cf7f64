/** A running timer or queue trigger. */
export interface Listener {
  /** Starts no more invocations; resolves when the running ones have ended. */
  stop(): Promise<void>;
}
