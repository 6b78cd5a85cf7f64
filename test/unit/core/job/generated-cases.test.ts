import { describe, expect, test } from "vitest";
import { groups, readGroup } from "../../../parity/generated/groups.ts";
import { judgeGenerated } from "../../../parity/generated/judge-generated.ts";
import {
  generatedBodies,
  knownGenerated,
  openDifferences,
  openLine,
} from "../../../parity/generated/known-generated-differences.ts";

describe.each(groups)("generated cases of %s", (group) => {
  test("are loaded, and can be submitted, as by the SDK, except for listed differences", () => {
    const cases = readGroup(group);
    expect(cases.length).toBeGreaterThan(0);
    const unlisted = cases.flatMap((each) => {
      const name = `${group} ${each.id}`;
      const verdicts = judgeGenerated(each);
      const isListed = knownGenerated(name, verdicts) !== undefined || openDifferences.has(openLine(name, verdicts));
      return verdicts.ours === verdicts.sdk || isListed ? [] : [`${openLine(name, verdicts)}: ${verdicts.reason}`];
    });
    expect(unlisted).toEqual([]);
  });

  test("are sent by the SDK with the same body from their dump, except for listed ones", () => {
    const others = readGroup(group).filter(
      ({ id, again }) => again !== undefined && !Object.hasOwn(generatedBodies, `${group} ${id}`),
    );
    expect(others).toEqual([]);
  });
});
