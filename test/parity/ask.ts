import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { corpusBundles, unpacked } from "./corpus-bundles.ts";
import { corpusFolder, corpusMade, type JudgedCase, judgedCases } from "./suites.ts";

/** A case as the Python scripts read it; `validate` makes the client validate it before it is sent, as by default. */
export interface Question {
  readonly id: string;
  readonly yaml: string;
  readonly base: string;
  readonly preview?: boolean;
  readonly validate?: boolean;
}

/** Runs a Python script of this folder with cases; returns its answers by id. */
export function ask<Answer extends { readonly id: string }>(
  python: string,
  script: string,
  cases: readonly Question[],
): ReadonlyMap<string, Answer> {
  const input = cases
    .map(({ id, yaml, base, validate }) => `${JSON.stringify({ id, yaml, base, validate })}\n`)
    .join("");
  const { stdout, status } = spawnSync(python, [join(import.meta.dirname, script)], {
    input,
    encoding: "utf8",
    maxBuffer: 2 ** 30,
    stdio: ["pipe", "pipe", "inherit"],
    env: {
      ...process.env,
      ...(cases.some(({ preview }) => preview) ? { AZURE_ML_CLI_PRIVATE_FEATURES_ENABLED: "true" } : {}),
    },
  });
  if (status !== 0) throw new Error(`${script} ended with ${status}.`);
  const answers = stdout.split("\n").filter((line) => line !== "");
  return new Map(answers.map((line) => JSON.parse(line) as Answer).map((answer) => [answer.id, answer]));
}

/** The cases of a suite, or of `bundles`, with their files on disk; `copy` is an empty folder for copies. */
export async function onDisk(name: string, copy: string): Promise<readonly JudgedCase[]> {
  if (name === "bundles") return unpacked(await corpusBundles(), copy);
  const cases = judgedCases(name);
  if (name !== "corpus") return cases;
  cpSync(corpusFolder, copy, { recursive: true });
  for (const folder of corpusMade) mkdirSync(join(copy, folder), { recursive: true });
  return cases.map((each) => ({ ...each, base: join(copy, each.folder) }));
}
