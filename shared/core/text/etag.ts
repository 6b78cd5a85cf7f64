/** An ETag in quotes, as conditional requests need it; listings and some events omit the quotes. */
export function quoteETag(etag: string): string {
  return etag.startsWith('"') ? etag : `"${etag}"`;
}
