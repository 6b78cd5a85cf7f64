/** An ETag as conditions need it, in quotes; lists and some events give it without. */
export function quotedETag(etag: string): string {
  return etag.startsWith('"') ? etag : `"${etag}"`;
}
