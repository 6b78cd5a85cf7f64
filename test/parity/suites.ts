import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { JobFilesReader } from "../../shared/core/job/load-job.ts";
import { type Case, readCases } from "./cases.ts";
import { folderFiles } from "./folder-files.ts";

const data = join(import.meta.dirname, "../data/parity");

/** Names of the suites: files of cases, the jobs of examples/, and a set of public jobs. */
export const suites: readonly string[] = [
  "command",
  "sweep",
  "pipeline",
  "control-flow",
  "automl",
  "spark",
  "finetuning",
  "distillation",
  "import",
  "flow",
  "examples",
  "corpus",
];

/** Suites of published jobs, which have no expected cause; `bundles` are in corpus-bundles.ts. */
export const published: readonly string[] = ["examples", "corpus", "bundles"];

/** A case and the files beside it. */
export interface JudgedCase extends Case {
  /** The absolute path of its folder. */
  readonly base: string;
  /** The absolute path of the root folder of the files. */
  readonly root: string;
  readonly files: JobFilesReader;
  /** Its folder relative to the root folder. */
  readonly folder: string;
  /** Whether it uses nodes that are a preview feature of the SDK. */
  readonly preview: boolean;
}

/** The answer of the SDK for a case; see oracle.py. */
export interface Answer {
  readonly id: string;
  readonly stage: "load" | "validate" | "submit" | "accepted";
  readonly error?: { readonly message: string };
  readonly flat?: string;
  readonly rest?: unknown;
}

/** The stored part of an answer. `/BASE` stands for the folder of the case. */
export interface Expected {
  readonly id: string;
  readonly stage: Answer["stage"];
  readonly error?: string;
  /** The SDK's flat dump. */
  readonly flat?: string;
  /** The beginning of the SHA-256 of our dump that `reload` was recorded with. */
  readonly dump?: string;
  /** Paths at which the SDK's REST body of our dump differs from that of the original. */
  readonly reload?: readonly string[];
}

export function expectedFile(name: string): string {
  return join(data, "expected", `${name}.jsonl`);
}

export function readExpected(name: string): ReadonlyMap<string, Expected> {
  const lines = readFileSync(expectedFile(name), "utf8").trimEnd().split("\n");
  return new Map(lines.map((line) => JSON.parse(line) as Expected).map((expected) => [expected.id, expected]));
}

export function judgedCases(name: string): readonly JudgedCase[] {
  if (name === "corpus") return corpusCases();
  if (name === "examples") return exampleCases();
  // Prompt flows have files of their own, because those of other cases are part of recorded hashes.
  const base = join(data, name === "flow" ? "flow-files" : "files");
  const files = folderFiles(base);
  return readCases(join(data, `${name}.txt`)).map((each) => ({
    ...each,
    base,
    root: base,
    files,
    folder: "",
    preview: name === "control-flow",
  }));
}

function exampleCases(): readonly JudgedCase[] {
  const base = join(import.meta.dirname, "../../examples");
  const names = readdirSync(base).filter((name) => name.endsWith(".yml"));
  return names.map((id) => ({
    id,
    note: "",
    cause: "",
    yaml: readFileSync(join(base, id), "utf8"),
    base,
    root: base,
    files: folderFiles(base),
    folder: "",
    preview: false,
  }));
}

/** Jobs of azureml-examples, and the YAML files that they refer to. */
export const corpusFolder = join(import.meta.dirname, "../data/azureml-examples");

/** Folders of code that those jobs refer to and that are not stored here, relative to the corpus. */
export const corpusMade: ReadonlySet<string> = new Set(
  readFileSync(join(data, "corpus-folders.txt"), "utf8").trimEnd().split("\n"),
);

function corpusCases(): readonly JudgedCase[] {
  const files = folderFiles(corpusFolder, corpusMade);
  const jobs = readFileSync(join(corpusFolder, "JOBS.txt"), "utf8").trimEnd().split("\n");
  return jobs.map((path) => {
    const folder = dirname(path);
    const yaml = readFileSync(join(corpusFolder, path), "utf8");
    return {
      id: path,
      note: "",
      cause: "",
      yaml,
      base: join(corpusFolder, folder),
      root: corpusFolder,
      files,
      folder,
      preview: false,
    };
  });
}
