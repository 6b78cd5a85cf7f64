/** What no path has: backslashes, control characters, halves of characters, and what breaks the listing of a whole container. */
const forbidden = /[\\\p{Cc}\p{Cs}\ufffe\uffff]/u;

/** Only a path that means itself: blob clients resolve `..` and would leave the job's folder. */
export function isBlobSafePath(path: string): boolean {
  return (
    path.length <= 900 &&
    !forbidden.test(path) &&
    path.split("/").every((part) => part !== "" && part !== "." && part !== "..")
  );
}
