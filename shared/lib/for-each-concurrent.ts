/**
 * Calls `work` for each item, with at most `limit` concurrent calls, and reads an item from the sequence only when a
 * call can start. After an error no call is started, and the error is thrown once all running calls have ended.
 * @throws the first error of `work` or of the sequence.
 */
export async function forEachConcurrent<T>(
  items: Iterable<T> | AsyncIterable<T>,
  limit: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const iterator = Symbol.asyncIterator in items ? items[Symbol.asyncIterator]() : items[Symbol.iterator]();
  let isStopped = false;
  const worker = async () => {
    try {
      for (let next = await iterator.next(); next.done !== true && !isStopped; next = await iterator.next())
        await work(next.value);
    } finally {
      isStopped = true;
    }
  };
  const results = await Promise.allSettled(Array.from({ length: limit }, worker));
  await iterator.return?.();
  const failed = results.find((result) => result.status === "rejected");
  if (failed !== undefined) throw failed.reason;
}
