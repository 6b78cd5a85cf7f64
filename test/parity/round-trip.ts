import { readFileSync } from "node:fs";
import { join } from "node:path";
import { roundTripDifferences } from "./known-round-trip-differences.ts";

/** The submission of our dump of a case by the SDK, compared with that of the case; see make-round-trip.ts. */
export interface RoundTrip {
  readonly suite: string;
  readonly id: string;
  /** Paths at which the submissions differ, or the SDK's message if it does not send the dump. */
  readonly changes: readonly string[];
}

export const roundTripFile = join(import.meta.dirname, "../data/parity/round-trip.jsonl");

export function readRoundTrips(): readonly RoundTrip[] {
  const lines = readFileSync(roundTripFile, "utf8").trimEnd().split("\n");
  return lines.map((line) => JSON.parse(line) as RoundTrip);
}

/** Why the submission of the dump of a case differs at exactly these paths; undefined if it should not. */
export function roundTripReason({ suite, id, changes }: RoundTrip): string | undefined {
  const known = roundTripDifferences.get(`${suite} ${id}`);
  return known !== undefined && changes.every((path) => known.paths.test(path)) ? known.reason : undefined;
}

/** The part of docs/parity.md about round trips. */
export function roundTripSection(suites: readonly string[]): readonly string[] {
  const all = readRoundTrips();
  const rows = suites.map((suite) => {
    const trips = all.filter((trip) => trip.suite === suite);
    const equal = trips.filter(({ changes }) => changes.length === 0).length;
    const listed = trips.filter((trip) => trip.changes.length > 0 && roundTripReason(trip) !== undefined).length;
    return `| ${[suite, trips.length, equal, listed, trips.length - equal - listed].join(" | ")} |`;
  });
  return [
    "## Dumps submitted by the SDK",
    "",
    "The real client submits each case, and the dump of Jobgate (the YAML of a GET) in its place, to the fake service. " +
      "Jobs that it does not submit, such as imports, are left out.",
    "",
    "| jobs | dumps | same requests | listed differences | other |",
    "|---|---|---|---|---|",
    ...rows,
    "",
    "To record the submissions again: `node scripts/run.mjs test/parity/make-round-trip.ts PYTHON`.",
    "",
    ...[...roundTripDifferences].map(([name, { reason }]) => `- \`${name}\`: ${reason}`),
    "",
  ];
}
