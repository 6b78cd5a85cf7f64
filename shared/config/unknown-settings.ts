/** Detects misspelled settings, for which the default would be used silently. */
import { closest } from "../core/job/schema/closest.ts";

/**
 * One message for each variable that begins with `JOBS_`, in any case, and is not in `known`. Messages contain no
 * values.
 * @param ignoreCase true where names of environment variables have no case, as on Windows.
 */
export function unknownSettings(
  env: Readonly<Record<string, string | undefined>>,
  known: readonly string[],
  ignoreCase = process.platform === "win32",
): readonly string[] {
  const isKnown = (name: string) => known.includes(ignoreCase ? name.toUpperCase() : name);
  return Object.keys(env)
    .filter((name) => /^jobs_/i.test(name) && env[name] !== undefined && !isKnown(name))
    .toSorted((a, b) => (a < b ? -1 : 1))
    .map((name) => `${name.slice(0, 100)}: is not a setting; ${advice(name, known)}`);
}

function advice(name: string, known: readonly string[]): string {
  // The configuration of .NET, on which the Functions host builds, separates the parts of a name by colons.
  const guess = closest(
    name.replaceAll(":", "_"),
    known.map((other) => other.toLowerCase()),
  );
  return guess === undefined ? "docs/settings.md lists all settings." : `did you mean ${guess.toUpperCase()}?`;
}
