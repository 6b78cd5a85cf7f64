/** An ETag in quotes, which conditional requests require; listings and some events omit the quotes. */
export function quoteETag(etag: string): string {
  return etag.startsWith('"') ? etag : `"${etag}"`;
}
