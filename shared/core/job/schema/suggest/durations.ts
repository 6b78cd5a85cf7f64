/** Durations that people write in other forms than a number of one unit. */
import type { Fix } from "../../../diagnostic.ts";
import { closest } from "../closest.ts";

/** Units of time and their usual names -> seconds. */
const secondsOf: Readonly<Record<string, number>> = Object.fromEntries(
  [
    ["ms millisecond milliseconds", 0.001],
    ["s sec secs second seconds", 1],
    ["m min mins minute minutes", 60],
    ["h hr hrs hour hours", 3600],
    ["d day days", 86400],
  ].flatMap(([names, seconds]) =>
    String(names)
      .split(" ")
      .map((name) => [name, Number(seconds)]),
  ),
);

/** A unit at the end of a name, also without a separator if it is long. */
const unitAtEnd = /(?:[-_\s](?:in[-_\s])?([a-z]{1,20})|((?:milli)?second|minute|hour|day)s?)$/i;

/** A name that ends with a unit of time: `timeout_minutes`. */
export interface TimedName {
  readonly base: string;
  /** The unit in seconds. */
  readonly unit: number;
}

export function timedName(name: string): TimedName | undefined {
  if (name.length > 100) return undefined;
  const words = name.replaceAll(/([a-z])(?=[A-Z])/g, "$1_");
  const [end = "", word, glued] = unitAtEnd.exec(words) ?? [];
  const base = words.slice(0, words.length - end.length);
  const unit = unitOf((word ?? glued ?? "").toLowerCase());
  return base === "" || unit === undefined ? undefined : { base, unit };
}

/** Seconds of a unit, whose long name may be misspelt. */
function unitOf(word: string): number | undefined {
  if (Object.hasOwn(secondsOf, word)) return secondsOf[word];
  const known = closest(word, ["milliseconds", "seconds", "minutes", "hours"]);
  return known === undefined ? undefined : secondsOf[known];
}

/** `1h` for 3600 in seconds, and for 60 in minutes, of which `unit` is the number of seconds. */
export function durationFix(value: unknown, unit: number): Fix | undefined {
  const exact = typeof value === "string" && value.length < 50 ? secondsIn(value) / unit : Number.NaN;
  // Without the errors of binary fractions.
  const count = Math.round(exact * 1e6) / 1e6;
  return Number.isSafeInteger(count) ? { replaceWith: count } : undefined;
}

/** The seconds of `90 min`, `1.5h`, `1h 30m`, `PT1H30M` and `01:30:00`; NaN for other texts. */
function secondsIn(text: string): number {
  const [, hours, minutes, seconds] = /^\s*(\d{1,4}):([0-5]\d):([0-5]\d)\s*$/.exec(text) ?? [];
  if (hours !== undefined) return Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds);
  const plain = /^\s*P(?:\d+D)?(?:T.+)?\s*$/i.test(text) ? text.replace(/P/i, "").replace(/T/i, "") : text;
  const parts = [...plain.matchAll(/\s{0,5}(\d{1,6}(?:\.\d{1,3})?)\s{0,5}([a-z]{1,20})/gi)];
  if (parts.length === 0 || parts.map(([part]) => part).join("") !== plain.trimEnd()) return Number.NaN;
  return parts.reduce((sum, [, count, unit = ""]) => sum + Number(count) * (secondsOf[unit.toLowerCase()] ?? NaN), 0);
}
