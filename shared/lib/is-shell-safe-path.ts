/** True if a shell command can contain the path without quotes: no spaces, `$` or other special characters. */
export function isShellSafePath(path: string): boolean {
  return /^[\w./:\\@+,=~-]+$/.test(path);
}
