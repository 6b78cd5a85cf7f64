/** A failed download that is not retried. Its message excludes the query of a URL, which may contain a signature. */
export class DownloadError extends Error {
  override readonly name = "DownloadError";
}
