/** Compares our results for a case with those of the SDK. */
import { createHash } from "node:crypto";
import type { Issue } from "../../shared/core/issues.ts";
import { type LoadResult, loadJob } from "../../shared/core/job/load-job.ts";
import { readDocument } from "../../shared/core/yaml/read-document.ts";
import type { Value } from "../../shared/core/yaml/value.ts";
import { type Difference, differences } from "./compare.ts";
import { dumpDifferences, type KnownDifference } from "./known-differences.ts";
import type { Expected, JudgedCase } from "./suites.ts";

export interface Judgement {
  readonly result: LoadResult;
  /** `code /pointer` of the first issue, `! code /pointer` of the first blocking warning, or "". */
  readonly cause: string;
  /** Whether both accept or both reject the job. */
  readonly sameVerdict: boolean;
  /** The differences between our dump and the SDK's, with known reasons. */
  readonly dumpDifferences: readonly { readonly difference: Difference; readonly known: KnownDifference | undefined }[];
  /** Whether `expected.reload` was recorded with the current dump. */
  readonly isFresh: boolean;
}

function read(yaml: string): Value | undefined {
  return readDocument(yaml, { format: "yaml", depth: 100, nodes: 1_000_000 }).document?.value;
}

export function judge(each: JudgedCase, expected: Expected): Judgement {
  const result = loadJob(each.yaml, { files: each.files, folder: each.folder });
  const [issue] = result.issues ?? [];
  const blocking = result.warnings.find((warning) => warning.blocks_submission);
  const cause = issue !== undefined ? causeOf(issue) : blocking === undefined ? "" : `! ${causeOf(blocking)}`;
  const dump = result.job?.toYaml();
  const base = each.folder === "" ? "/BASE" : `/CORPUS/${each.folder}`;
  const found =
    dump === undefined || expected.flat === undefined
      ? []
      : differences(read(dump), read(expected.flat.replaceAll("/BASE", base)));
  return {
    result,
    cause,
    sameVerdict: (result.job === undefined) === (expected.stage === "load"),
    dumpDifferences: found.map((difference) => ({
      difference,
      known: dumpDifferences.find(({ explains }) => explains(difference, base)),
    })),
    isFresh:
      (dump === undefined ? undefined : createHash("sha256").update(dump).digest("hex").slice(0, 16)) === expected.dump,
  };
}

function causeOf({ code, pointer, file }: Issue): string {
  return [code, pointer, file === undefined ? "" : `in ${file}`].filter((part) => part !== "").join(" ");
}
