/**
 * Runs `work` for each item of a sequence, at most `most` at once; no more items are taken from the sequence ahead of that.
 * The first error ends it, once the work that is under way has ended. @throws that error, or the sequence's own.
 */
export async function forEachConcurrent<T>(
  items: Iterable<T> | AsyncIterable<T>,
  most: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const iterator = Symbol.asyncIterator in items ? items[Symbol.asyncIterator]() : items[Symbol.iterator]();
  let isOver = false;
  const worker = async () => {
    try {
      for (let next = await iterator.next(); next.done !== true && !isOver; next = await iterator.next())
        await work(next.value);
    } finally {
      isOver = true;
    }
  };
  const results = await Promise.allSettled(Array.from({ length: most }, worker));
  await iterator.return?.();
  const failed = results.find((result) => result.status === "rejected");
  if (failed !== undefined) throw failed.reason;
}
