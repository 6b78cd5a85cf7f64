/** Removes the secrets of a URL: its query, which may contain a signature, and credentials before its host. */
export function redactUrl(url: string): string {
  return url.replace(/[?#].*$/s, "").replace(/^(https?:\/\/)[^/@]*@/i, "$1");
}
