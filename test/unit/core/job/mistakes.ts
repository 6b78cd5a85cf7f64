/** Jobs with one mistake each, in test/data/mistakes; its README.md describes the fields. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Issue, PatchOperation } from "../../../../shared/core/issues.ts";
import { type LoadResult, loadJob } from "../../../../shared/core/job/load-job.ts";
import { fromPlain } from "../../../../shared/core/yaml/from-plain.ts";
import { type Document, readDocument } from "../../../../shared/core/yaml/read-document.ts";
import { toJson } from "../../../../shared/core/yaml/to-json.ts";
import { writeYaml } from "../../../../shared/core/yaml/write-yaml.ts";
import { applyPatch } from "../../../support/apply-patch.ts";
import { bundle } from "./bundle.ts";

export interface Mistake {
  readonly id: string;
  /** Name of the file of the mistake, without its ending. */
  readonly group: string;
  readonly mistake: string;
  /** The job in one of three forms; `base64` is for bytes that are not UTF-8. */
  readonly yaml?: string;
  readonly json?: string;
  readonly base64?: string;
  readonly files: Readonly<Record<string, string>>;
  readonly first: {
    readonly pointer: string;
    readonly line: number;
    readonly column?: number;
    readonly code?: string;
    readonly file?: string;
    readonly says?: readonly string[];
  };
  readonly fix: readonly PatchOperation[] | null;
  readonly mend?: { readonly text: string; readonly with: string };
}

const folder = join(import.meta.dirname, "../../../data/mistakes");
const limits = { depth: 32, nodes: 20_000 };

export function readMistakes(): readonly Mistake[] {
  const names = readdirSync(folder).filter((name) => name.endsWith(".jsonl"));
  return names.toSorted().flatMap((name) =>
    readFileSync(join(folder, name), "utf8")
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => ({ ...(JSON.parse(line) as Omit<Mistake, "group">), group: name.replace(".jsonl", "") })),
  );
}

function formatOf({ json }: Mistake): "json" | "yaml" {
  return json === undefined ? "yaml" : "json";
}

/** The text or the bytes of the job, or of a file beside it. */
export function sourceOf({ yaml, json, base64 = "", files }: Mistake, file?: string): string | Uint8Array {
  return (file === undefined ? (yaml ?? json) : files[file]) ?? Buffer.from(base64, "base64");
}

export function load(mistake: Mistake, source: string | Uint8Array | object = sourceOf(mistake)): LoadResult {
  return loadJob(source, { format: formatOf(mistake), files: bundle(mistake.files) });
}

/** The job, or a file beside it, as a document; undefined if it cannot be read. */
export function documentOf(mistake: Mistake, file?: string): Document | undefined {
  const format = file === undefined ? formatOf(mistake) : "yaml";
  return readDocument(sourceOf(mistake, file), { format, ...limits }).document;
}

/** The values of the job, or of a file beside it, after a patch. Throws if the patch cannot be applied. */
export function patched(mistake: Mistake, patch: readonly PatchOperation[], file?: string): unknown {
  return applyPatch(toJson(documentOf(mistake, file)?.value), patch);
}

/** Loads the job after a patch of the document in which the mistake is. */
export function loadPatched(mistake: Mistake, patch: readonly PatchOperation[]): LoadResult {
  const { file } = mistake.first;
  const value = patched(mistake, patch, file);
  if (file === undefined) return load(mistake, value as object);
  return load({ ...mistake, files: { ...mistake.files, [file]: writeYaml(fromPlain(value, limits.depth)) } });
}

/** Loads the job after a change of the text in which the mistake is. */
export function loadMended(mistake: Mistake, { text, with: right }: NonNullable<Mistake["mend"]>): LoadResult {
  const { file } = mistake.first;
  const source = String(sourceOf(mistake, file)).replace(text, () => right);
  return file === undefined ? load(mistake, source) : load({ ...mistake, files: { ...mistake.files, [file]: source } });
}

/** Everything that prevents the submission of a job. */
export function problems({ issues, warnings }: LoadResult): readonly Issue[] {
  return issues ?? warnings.filter((warning) => warning.blocks_submission);
}

/** The problem that a user reads first. */
export function firstProblem(result: LoadResult): Issue | undefined {
  return problems(result)[0] ?? result.warnings[0];
}

/** Whether a problem is the cause of a mistake, at its place. */
export function isCause(problem: Issue | undefined, { pointer, line, column, code, file, says }: Mistake["first"]) {
  if (problem === undefined) return false;
  const message = problem.message.toLowerCase();
  return (
    problem.pointer === pointer &&
    problem.line === line &&
    problem.file === file &&
    (column === undefined || problem.column === column) &&
    (code === undefined || problem.code === code) &&
    (says ?? []).every((words) => message.includes(words.toLowerCase()))
  );
}

/** Whether the suggestion of a problem has the effect of the wanted patch. */
export function hasFix(problem: Issue | undefined, mistake: Mistake): boolean {
  if (problem?.suggestion === undefined || mistake.fix === null || problem.file !== mistake.first.file) return false;
  const { file } = mistake.first;
  const [found, wanted] = [problem.suggestion, mistake.fix].map((patch) =>
    writeYaml(fromPlain(patched(mistake, patch, file), limits.depth)),
  );
  return found === wanted;
}

/** How many mistakes get the answer that they should get. */
export interface MistakeCounts {
  readonly mistakes: number;
  /** Answers whose first problem is the cause, at its place. */
  readonly causeFirst: number;
  /** Answers with one problem only. */
  readonly oneProblem: number;
  /** Mistakes with one clear fix, and how many answers suggest it. */
  readonly fixable: number;
  readonly fixSuggested: number;
}

export interface AnswerCounts {
  /** Counts by group, and of `all`. */
  readonly counts: Readonly<Record<string, MistakeCounts>>;
  readonly withoutCause: readonly Mistake[];
  readonly withoutFix: readonly Mistake[];
  /** Mistakes whose answer has several problems. */
  readonly withOthers: readonly Mistake[];
}

/** Loads all mistakes, and counts the answers. */
export function countAnswers(mistakes: readonly Mistake[]): AnswerCounts {
  const answers = mistakes.map((mistake) => {
    const result = load(mistake);
    const first = firstProblem(result);
    const isFixable = mistake.fix !== null;
    const lacksCause = !isCause(first, mistake.first);
    const lacksFix = isFixable && !hasFix(first, mistake);
    const reported = problems(result).length > 0 ? problems(result) : result.warnings;
    return { mistake, isFixable, lacksCause, lacksFix, isAlone: reported.length === 1 };
  });
  const countsOf = (some: typeof answers): MistakeCounts => {
    const fixable = some.filter(({ isFixable }) => isFixable).length;
    return {
      mistakes: some.length,
      causeFirst: some.length - some.filter(({ lacksCause }) => lacksCause).length,
      oneProblem: some.filter(({ isAlone }) => isAlone).length,
      fixable,
      fixSuggested: fixable - some.filter(({ lacksFix }) => lacksFix).length,
    };
  };
  const groups = [...new Set(mistakes.map(({ group }) => group))];
  const byGroup = groups.map(
    (name) => [name, countsOf(answers.filter(({ mistake }) => mistake.group === name))] as const,
  );
  return {
    counts: { ...Object.fromEntries(byGroup), all: countsOf(answers) },
    withoutCause: answers.filter(({ lacksCause }) => lacksCause).map(({ mistake }) => mistake),
    withoutFix: answers.filter(({ lacksFix }) => lacksFix).map(({ mistake }) => mistake),
    withOthers: answers.filter(({ isAlone }) => !isAlone).map(({ mistake }) => mistake),
  };
}
