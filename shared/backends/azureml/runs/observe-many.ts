import { isServiceError } from "../../../core/errors.ts";

export interface ManyOptions {
  /** Number of requests at once. */
  readonly concurrency: number;
  /** Whether the first item is requested alone, and the others only after its success. */
  readonly probeFirst: boolean;
}

/**
 * Number of consecutive failures after which no further item is requested; the next tick of the poll requests the rest.
 */
const maxConsecutiveFailures = 8;

/**
 * Runs `observe` for each item and returns the results in order; items that fail because of an outage are omitted.
 * @throws the first error if every request failed, or any error that is not an outage.
 */
export async function observeMany<Item, Result>(
  items: readonly Item[],
  observe: (item: Item) => Promise<Result>,
  { concurrency, probeFirst }: ManyOptions,
): Promise<readonly Result[]> {
  const results = new Map<number, Result>();
  let next = 0;
  let failures = 0;
  let firstError: unknown;
  let isStopped = false;

  async function observeNext(): Promise<void> {
    const index = next;
    next += 1;
    try {
      results.set(index, await observe(items[index] as Item));
      failures = 0;
    } catch (error) {
      firstError ??= error;
      failures += 1;
      const isUnavailable = isServiceError(error, "unavailable");
      isStopped ||= !isUnavailable || failures >= maxConsecutiveFailures;
      if (!isUnavailable && !isServiceError(error, "throttled")) throw error;
    }
  }
  async function work(): Promise<void> {
    while (next < items.length && !isStopped) await observeNext();
  }

  if (probeFirst && items.length > 0) {
    await observeNext();
    if (results.size === 0) throw firstError;
  }
  await Promise.all(Array.from({ length: concurrency }, work));
  if (results.size === 0 && firstError !== undefined) throw firstError;
  return [...results].sort(([a], [b]) => a - b).map(([, result]) => result);
}
