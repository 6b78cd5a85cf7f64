import { describe, expect, test } from "vitest";
import { roundTripDifferences } from "../../../parity/known-round-trip-differences.ts";
import { readRoundTrips, roundTripReason } from "../../../parity/round-trip.ts";

const all = readRoundTrips();

describe.each([...new Set(all.map(({ suite }) => suite))])("%s jobs", (suite) => {
  test("the SDK submits the dump as it submits the job, except for listed differences", () => {
    const unlisted = all.filter(
      (trip) => trip.suite === suite && trip.changes.length > 0 && roundTripReason(trip) === undefined,
    );
    expect(unlisted).toEqual([]);
  });
});

test("every listed difference occurs", () => {
  const names = all.filter(({ changes }) => changes.length > 0).map(({ suite, id }) => `${suite} ${id}`);
  expect(names).toEqual(expect.arrayContaining([...roundTripDifferences.keys()]));
});
