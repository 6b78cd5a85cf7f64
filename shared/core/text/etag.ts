/** An ETag as conditions need it, in quotes; lists and some events give it without. */
export function quoteETag(etag: string): string {
  return etag.startsWith('"') ? etag : `"${etag}"`;
}
