/** Whether a command can name a path without quotes: a blank or a `$` would tear it apart. */
export function isShellSafePath(path: string): boolean {
  return /^[\w./:\\@+,=~-]+$/.test(path);
}
