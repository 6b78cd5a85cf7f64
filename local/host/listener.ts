/** A trigger that runs by itself. */
export interface Listener {
  /** Starts nothing new; resolves when what is running has ended. */
  stop(): Promise<void>;
}
