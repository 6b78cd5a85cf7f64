/** What is awaited, or the signal's reason, whichever is first: not everything that is called heeds a signal. */
export function rejectOnAbort<T>(awaited: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    if (signal.aborted) abort();
    signal.addEventListener("abort", abort, { once: true });
    awaited.then(resolve, reject).finally(() => signal.removeEventListener("abort", abort));
  });
}
