import { describe, expect, test } from "vitest";
import { readBodies } from "../../../../parity/bodies.ts";
import { judgeBody } from "../../../../parity/judge-body.ts";
import { bodyCases, bodyDifferences } from "../../../../parity/known-body-differences.ts";
import { judgedCases, suites } from "../../../../parity/suites.ts";

describe.each(suites)("%s jobs", (suite) => {
  const cases = new Map(judgedCases(suite).map((each) => [each.id, each]));
  const sent = readBodies(suite).map((each) => [each.id, each] as const);
  // The SDK submits no import jobs.
  if (sent.length === 0) test("the SDK sends none", () => expect(suite).toBe("import"));

  test.each(sent)("%s: the job and its assets are sent as by the SDK", async (id, each) => {
    const judged = cases.get(id);
    if (judged === undefined)
      throw new Error(`There is no case ${id}; create the bodies again with test/parity/make-bodies.ts.`);
    const found = await judgeBody(judged, each);
    const unknown = found?.filter((difference) => !bodyDifferences.some(({ explains }) => explains(difference, each)));
    if (Object.hasOwn(bodyCases, id)) expect(unknown).not.toEqual([]);
    else expect(unknown).toEqual([]);
  });
});
