/**
 * Characters that are not allowed in paths: backslashes, control characters, halves of surrogate pairs, and U+FFFE and
 * U+FFFF, which break the listing of a whole container.
 */
const forbidden = /[\\\p{Cc}\p{Cs}\ufffe\uffff]/u;

/** Whether a path can be the name of a blob. `..` is not allowed: blob clients resolve it, out of the job's folder. */
export function isBlobSafePath(path: string): boolean {
  return (
    path.length <= 900 &&
    !forbidden.test(path) &&
    path.split("/").every((part) => part !== "" && part !== "." && part !== "..")
  );
}
