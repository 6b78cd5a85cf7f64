import { describe, expect, test } from "vitest";
import { jobTypeNames } from "../../../../shared/core/job/type-names.ts";
import {
  countAnswers,
  documentOf,
  load,
  loadMended,
  loadPatched,
  type Mistake,
  problems,
  readMistakes,
  sourceOf,
} from "./mistakes.ts";

const mistakes = readMistakes();
const byId = (all: readonly Mistake[]) => all.map((mistake) => [mistake.id, mistake] as const);
const idsOf = (all: readonly Mistake[]) => all.map(({ id }) => id);

describe("the data", () => {
  test("has no id twice and no mistake without a sentence", () => {
    expect(new Set(idsOf(mistakes)).size).toBe(mistakes.length);
    expect(idsOf(mistakes.filter(({ mistake }) => !/^[A-Z].*\.$/.test(mistake)))).toEqual([]);
  });

  test("has at least five mistakes of each job type and ten in files", () => {
    for (const type of jobTypeNames) expect(idsOf(inGroup(type)).length, type).toBeGreaterThanOrEqual(5);
    expect(idsOf(inGroup("files")).length).toBeGreaterThanOrEqual(10);
  });

  test.each(byId(mistakes.filter(({ fix }) => fix !== null)))("the fix of %s makes the job valid", (_id, mistake) => {
    const result = loadPatched(mistake, mistake.fix ?? []);
    expect(result.issues).toBeUndefined();
    expect(problems(result).filter(({ message }) => !message.includes("private preview"))).toEqual([]);
  });

  test.each(byId(mistakes.filter(({ mend }) => mend !== undefined)))(
    "the mend of %s makes the job valid",
    (_id, it) => {
      const mend = it.mend ?? { text: "", with: "" };
      expect(String(sourceOf(it, it.first.file)).split(mend.text).length).toBe(2);
      expect(problems(loadMended(it, mend))).toEqual([]);
    },
  );

  test.each(byId(mistakes))("the line of %s is that of its pointer", (_id, mistake) => {
    const { pointer, line, file } = mistake.first;
    const document = documentOf(mistake, file);
    const lines = [document?.position(pointer, "key").line, document?.position(pointer, "value").line];
    if (document !== undefined) expect(lines).toContain(line);
    else expect(problems(load(mistake)).length).toBeGreaterThan(0);
  });
});

function inGroup(name: string): readonly Mistake[] {
  return mistakes.filter(({ group }) => group === name);
}

describe("the answers to mistakes", () => {
  const { withoutCause, withoutFix, withOthers } = countAnswers(mistakes);

  test("begin with the cause", () => {
    expect(idsOf(withoutCause)).toEqual([]);
  });

  test("suggest the fix where one is clear", () => {
    expect(idsOf(withoutFix)).toEqual([]);
  });

  test("have no other problem", () => {
    expect(idsOf(withOthers)).toEqual([]);
  });
});
