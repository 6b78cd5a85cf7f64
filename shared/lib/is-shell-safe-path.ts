/** Whether a path needs no quotes in a shell command, as it would with a blank or a `$`. */
export function isShellSafePath(path: string): boolean {
  return /^[\w./:\\@+,=~-]+$/.test(path);
}
