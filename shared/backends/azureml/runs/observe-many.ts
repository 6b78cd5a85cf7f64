import { isServiceError } from "../../../core/errors.ts";

export interface ManyOptions {
  readonly concurrency: number;
  /** Asks about the first alone, and about the others once that was answered. */
  readonly probeFirst: boolean;
}

/** So many failures in a row, and nobody is asked any more: what is left waits for the next tick. */
const giveUpAfter = 8;

/**
 * Asks about each, several at once; gives the answers that came, in order. One that fails does not take the others along.
 * @throws the first error when nobody answered, or what is no outage.
 */
export async function observeMany<Item, Answer>(
  items: readonly Item[],
  ask: (item: Item) => Promise<Answer>,
  { concurrency, probeFirst: probing }: ManyOptions,
): Promise<readonly Answer[]> {
  const answers = new Map<number, Answer>();
  let next = 0;
  let failures = 0;
  let first: unknown;
  let over = false;

  async function askNext(): Promise<void> {
    const at = next;
    next += 1;
    try {
      answers.set(at, await ask(items[at] as Item));
      failures = 0;
    } catch (error) {
      first ??= error;
      failures += 1;
      const isOutage = isServiceError(error, "unavailable");
      over ||= !isOutage || failures >= giveUpAfter;
      if (!isOutage && !isServiceError(error, "throttled")) throw error;
    }
  }
  async function work(): Promise<void> {
    while (next < items.length && !over) await askNext();
  }

  if (probing && items.length > 0) {
    await askNext();
    if (answers.size === 0) throw first;
  }
  await Promise.all(Array.from({ length: concurrency }, work));
  if (answers.size === 0 && first !== undefined) throw first;
  return [...answers].sort(([a], [b]) => a - b).map(([, answer]) => answer);
}
