/** Whether a shell command can contain a path without quotes, so that it stays one argument. */
export function isShellSafePath(path: string): boolean {
  return /^[\w./:\\@+,=~-]+$/.test(path);
}
