import { describe, expect, test } from "vitest";
import { loadJob } from "../../../../shared/core/job/load-job.ts";
import { corpusBundles } from "../../../parity/corpus-bundles.ts";
import { judge } from "../../../parity/judge.ts";
import { reloadDifferences, submitDifferences, verdictDifferences } from "../../../parity/known-differences.ts";
import {
  type Expected,
  type JudgedCase,
  judgedCases,
  published,
  readExpected,
  suites,
} from "../../../parity/suites.ts";

const bundles = await corpusBundles();
const judged: readonly (readonly [string, readonly JudgedCase[]])[] = [
  ...suites.map((suite) => [suite, judgedCases(suite)] as const),
  ["bundles", bundles],
];

describe.each(judged)("%s jobs", (suite, all) => {
  const answers = readExpected(suite);
  const answer = (id: string): Expected => {
    const expected = answers.get(id);
    if (expected === undefined)
      throw new Error(
        `test/data/parity/expected has no answer for ${id}; make them again with test/parity/make-expected.ts.`,
      );
    return expected;
  };

  const cases = all.map((each) => [each.id, each] as const);

  test.each(cases)("the case %s is accepted or rejected as by the SDK, with the expected cause", (id, each) => {
    const { result, cause, sameVerdict } = judge(each, answer(id));
    if (!published.includes(suite))
      expect(`${cause} ${JSON.stringify(result.issues ?? "")}`).toBe(
        `${each.cause} ${JSON.stringify(result.issues ?? "")}`,
      );
    expect({ sameVerdict, issues: result.issues }).toEqual({
      sameVerdict: !Object.hasOwn(verdictDifferences, id),
      issues: result.issues,
    });
  });

  test.each(cases.filter(([id]) => answer(id).stage === "submit" && !Object.hasOwn(submitDifferences, id)))(
    "the case %s is rejected on submission, as by the SDK",
    (id, each) => {
      const { result } = judge(each, answer(id));
      expect(result.job === undefined || result.warnings.some((warning) => warning.blocks_submission)).toBe(true);
    },
  );

  test.each(cases.filter(([id]) => answer(id).flat !== undefined))(
    "the dump of the case %s has the values of the SDK's dump",
    (id, each) => {
      const unknown = judge(each, answer(id)).dumpDifferences.filter(({ known }) => known === undefined);
      expect(unknown).toEqual([]);
    },
  );

  test.each(cases.filter(([id]) => answer(id).dump !== undefined))(
    "the dump of the case %s loads as the same job, here and in the SDK",
    (id, each) => {
      const { result, isFresh } = judge(each, answer(id));
      const dump = result.job?.toYaml() ?? "";
      const again = loadJob(dump, { files: each.files, folder: each.folder });
      expect(again.issues).toBeUndefined();
      expect(again.job?.toYaml()).toBe(dump);
      expect(isFresh ? "unchanged" : "The dump changed; run test/parity/make-expected.ts.").toBe("unchanged");
      // The SDK's own dump of these differs as well; see known-differences.ts.
      expect(answer(id).reload ?? []).toEqual(
        Object.hasOwn(reloadDifferences, id) ? expect.arrayContaining([expect.any(String)]) : [],
      );
    },
  );
});

test.each(bundles.map((bundle) => [bundle.id, bundle] as const))(
  "the bundle of the case %s contains all files that the job refers to",
  (_id, { yaml, files, folder }) => {
    const { job, warnings } = loadJob(yaml, { files, folder });
    expect(job).toBeDefined();
    const blocking = warnings
      .filter((warning) => warning.blocks_submission)
      .map(({ code, pointer }) => `${code} ${pointer}`);
    // The examples of distillation contain their keys, and two templates get their data only when they are used.
    expect(blocking.filter((cause) => !/^inline_secret |^incomplete \/inputs\/\w+_data\/path$/.test(cause))).toEqual(
      [],
    );
  },
);
