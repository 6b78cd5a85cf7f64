/** A failed download that is not retried. Its message never contains the query of a URL, which may hold a signature. */
export class DownloadError extends Error {
  override readonly name = "DownloadError";
}
