import { expect, test } from "vitest";
import type { Issue } from "../../../../shared/core/issues.ts";
import { type JobFilesReader, loadJob } from "../../../../shared/core/job/load-job.ts";
import { fromPlain } from "../../../../shared/core/yaml/from-plain.ts";
import { readDocument } from "../../../../shared/core/yaml/read-document.ts";
import { toJson } from "../../../../shared/core/yaml/to-json.ts";
import { writeYaml } from "../../../../shared/core/yaml/write-yaml.ts";
import { filesOfCase } from "../../../parity/generated/generated-case.ts";
import { groups, readGroup } from "../../../parity/generated/groups.ts";
import { judgedCases, suites } from "../../../parity/suites.ts";
import { applyPatch } from "../../../support/apply-patch.ts";

interface Sent {
  readonly id: string;
  readonly yaml: string;
  readonly files: JobFilesReader;
  readonly folder?: string;
}

const limits = { depth: 100, nodes: 1_000_000 };

function problemsOf({ yaml, files, folder = "" }: Sent): readonly Issue[] {
  const { issues = [], warnings } = loadJob(yaml, { files, folder });
  return [...issues, ...warnings];
}

/** The job and its files after the suggestion of a problem was applied. */
function applied(sent: Sent, { file, suggestion = [] }: Issue): Sent {
  const text = file === undefined ? sent.yaml : (sent.files.read(file) ?? new Uint8Array());
  const value = toJson(readDocument(text, { format: "yaml", ...limits }).document?.value);
  const patched = writeYaml(fromPlain(applyPatch(value, suggestion), limits.depth));
  if (file === undefined) return { ...sent, yaml: patched };
  const read = (path: string) => (path === file ? Buffer.from(patched) : sent.files.read(path));
  return { ...sent, files: { ...sent.files, read } };
}

const describeProblem = ({ code, file, pointer, message }: Issue): string => [code, file, pointer, message].join(" ");

/** Cases with a suggestion that leaves its problem, and the number of suggestions. */
function tryAll(cases: readonly Sent[]): { readonly tried: number; readonly failed: readonly string[] } {
  let tried = 0;
  const failed: string[] = [];
  for (const sent of cases)
    for (const problem of problemsOf(sent).filter(({ suggestion }) => suggestion !== undefined)) {
      tried++;
      const left = problemsOf(applied(sent, problem)).map(describeProblem);
      if (left.includes(describeProblem(problem))) failed.push(`${sent.id}: ${describeProblem(problem)}`);
    }
  return { tried, failed };
}

test("every suggestion for the recorded cases can be applied, and its problem is gone then", () => {
  const { tried, failed } = tryAll(suites.flatMap((suite) => judgedCases(suite)));
  expect(failed).toEqual([]);
  expect(tried).toBeGreaterThan(80);
});

test("every suggestion for the generated cases can be applied, and its problem is gone then", () => {
  const cases = groups.flatMap((group) => readGroup(group).map((each) => ({ ...each, files: filesOfCase(each) })));
  const { tried, failed } = tryAll(cases);
  expect(failed).toEqual([]);
  expect(tried).toBeGreaterThan(80);
});
