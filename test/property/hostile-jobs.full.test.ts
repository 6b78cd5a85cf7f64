/** No job of the allowed size blocks the service: all work of a request on it takes at most 300 ms. */
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Value } from "../../shared/core/yaml/value.ts";
import { writeYaml } from "../../shared/core/yaml/write-yaml.ts";
import { hostilePrefixes, repeated } from "../support/hostile-prefixes.ts";
import { minCpuMs } from "../support/min-cpu-ms.ts";
import { hostileBundles } from "./hostile-bundles.ts";
import { hostileDocuments } from "./hostile-documents.ts";
import { allowedBytes, judge, placesOf, templates, withText } from "./hostile-jobs.ts";

const limitMs = 300;
let worst: readonly [number, string] = [0, ""];

beforeAll(() => {
  // Warms up, because the first call is slower.
  for (const { job } of templates) for (let time = 0; time < 5; time += 1) judge(JSON.stringify(job), "json");
});
afterAll(() => console.log(`The longest took ${Math.round(worst[0])} ms: ${worst[1]}.`));

function expectQuick(what: string, work: () => void): void {
  const ms = minCpuMs(work, limitMs, 3);
  if (ms > worst[0]) worst = [ms, what];
  expect([what, ms]).toEqual([what, expect.toSatisfy((least: number) => least <= limitMs)]);
}

describe("jobs that repeat a hostile part", () => {
  const jobs = fc.constantFrom(...templates).chain(({ file, job }) =>
    fc.record({
      file: fc.constant(file),
      job: fc.constant(job),
      place: fc.constantFrom(...placesOf(job)),
      part: fc.oneof(
        fc.constantFrom(...hostilePrefixes),
        fc.tuple(fc.constantFrom(...hostilePrefixes), fc.constantFrom(...hostilePrefixes)).map((two) => two.join("")),
      ),
      isOnce: fc.boolean(),
      filler: fc.constantFrom(" ", "a", "0", "-"),
      format: fc.constantFrom("json" as const, "yaml" as const),
    }),
  );

  test("a job that repeats a hostile part in any field is checked in at most 300 ms", () => {
    fc.assert(
      fc.property(jobs, ({ file, job, place, part, isOnce, filler, format }) => {
        // The repeated part, or the part once with a repeated continuation.
        const room = allowedBytes - JSON.stringify(job).length;
        const textOf = (length: number) => (isOnce ? part + repeated(filler, length) : repeated(part, length));
        const write = (length: number): string => {
          const whole = withText(job, place, textOf(length));
          return format === "json" ? JSON.stringify(whole) : writeYaml(whole as Value);
        };
        const size = Buffer.byteLength(write(room));
        const source = size <= allowedBytes ? write(room) : write(Math.floor((room * room) / (size + 10_000)));
        expectQuick(`${part} in ${place.join(".")} of ${file} as ${format}`, () => judge(source, format));
      }),
      { numRuns: 400 },
    );
  });

  test("a document that repeats a hostile part, alone or unquoted in YAML, is checked in at most 300 ms", () => {
    for (const part of hostilePrefixes) {
      for (const head of [
        "",
        "command: echo hi\nenvironment: azureml:e:1\ndescription: ",
        "tags: [",
        'tags: "',
        "description: |\n  ",
      ]) {
        expectQuick(`${JSON.stringify(head)} and ${part} over and over`, () =>
          judge(head + repeated(part, allowedBytes - 200), "yaml"),
        );
        if (head === "")
          expectQuick(`${part} over and over as JSON`, () => judge(repeated(part, allowedBytes - 200), "json"));
      }
    }
  });
});

describe("hostile documents", () => {
  test.for(Object.entries(hostileDocuments))(
    "a document with %s is checked in at most 300 ms",
    ([name, [source, format]]) => {
      expect(source.length).toBeLessThanOrEqual(allowedBytes);
      expectQuick(name, () => judge(source, format));
    },
  );
});

describe("jobs with many or large component files", () => {
  test.for(Object.entries(hostileBundles))(
    "a job with %s is checked in at most 300 ms",
    ([name, { source, files }]) => {
      expectQuick(name, () => judge(source, "json", files));
    },
  );
});
