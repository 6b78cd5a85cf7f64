/** Settings that look like ours and are not: a misspelt name would otherwise leave its default in force without a word. */
import { closest } from "../core/job/schema/closest.ts";

/**
 * One sentence for each variable that begins with `JOBS_`, in any case, and is not among `known`. Never names a value.
 * @param ignoresCase is true where the names of variables have no case, as on Windows.
 */
export function unknownSettings(
  env: Readonly<Record<string, string | undefined>>,
  known: readonly string[],
  ignoresCase = process.platform === "win32",
): readonly string[] {
  const isKnown = (name: string) => known.includes(ignoresCase ? name.toUpperCase() : name);
  return Object.keys(env)
    .filter((name) => /^jobs_/i.test(name) && env[name] !== undefined && !isKnown(name))
    .toSorted((a, b) => (a < b ? -1 : 1))
    .map((name) => {
      const guess = closest(
        name.replaceAll(":", "_"),
        known.map((other) => other.toLowerCase()),
      )?.toUpperCase();
      return `${name.slice(0, 100)}: is not a setting${guess === undefined ? "; docs/settings.md lists them all." : `; did you mean ${guess}?`}`;
    });
}
