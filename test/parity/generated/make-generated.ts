/**
 * Generates cases, loads and submits them and our dumps with the real SDK, and writes test/data/parity/generated.
 *
 *   node scripts/run.mjs test/parity/generated/make-generated.ts PYTHON [GROUP...]
 *
 * PYTHON is as in make-expected.ts.
 */
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { loadJob } from "../../../shared/core/job/load-job.ts";
import { ask, type Question } from "../ask.ts";
import { bodyChanges, type Submitted } from "../body-changes.ts";
import { type AnsweredCase, commonFolder, filesOfCase, type GeneratedCase } from "./generated-case.ts";
import { groupFile, groups } from "./groups.ts";
import { nestedCases } from "./nested-cases.ts";
import { writtenCases } from "./written-cases.ts";

const [python, ...names] = process.argv.slice(2);
if (python === undefined) throw new Error("Usage: node scripts/run.mjs test/parity/generated/make-generated.ts PYTHON");

function onDisk(each: GeneratedCase, folder: string): Question {
  cpSync(commonFolder, folder, { recursive: true });
  for (const [path, text] of Object.entries(each.files ?? {})) writeFileSync(join(folder, path), text);
  return { id: each.id, yaml: each.yaml, base: folder, validate: true };
}

/** A message of the SDK in at most 160 characters, without paths of this machine; of a YAML error, that of PyYAML. */
const brief = (text: string, base: string): string =>
  stripVTControlCharacters(text)
    .replace(/^ValidationError: .*?(?=Error while parsing yaml file)/s, "ValidationError: ")
    .replaceAll(base, "/BASE")
    .replaceAll(dirname(base), "/ABOVE")
    .replaceAll(/\/[^\s"\\]*\/site-packages\//g, "/SDK/")
    .replaceAll(/ at 0x[0-9a-f]+>/g, ">")
    .replaceAll(/\s+/g, " ")
    .slice(0, 160);

for (const group of names.length > 0 ? names : groups) {
  const cases = { ...nestedCases, ...writtenCases }[group]?.() ?? [];
  const copy = mkdtempSync(join(tmpdir(), "jobgate-generated-"));
  mkdirSync(copy, { recursive: true });
  const questions = cases.map((each, index) => onDisk(each, join(copy, String(index))));
  const sent = ask<Submitted>(python, "submit.py", questions);
  const dumps = cases.flatMap((each, index) => {
    const yaml = loadJob(each.yaml, { files: filesOfCase(each) }).job?.toYaml();
    const question = questions[index];
    return yaml === undefined || question === undefined || sent.get(each.id)?.job === undefined
      ? []
      : [{ ...question, yaml }];
  });
  const again = ask<Submitted>(python, "submit.py", dumps);
  const lines = cases.map((each, index): AnsweredCase => {
    const { base = "" } = questions[index] ?? {};
    const first = sent.get(each.id);
    const second = again.get(each.id);
    const message = brief(first?.error ?? "", base);
    const load = first?.loaded === true ? {} : { load: message };
    const submit = first?.loaded !== true || first.job !== undefined ? {} : { submit: message };
    const changes = first === undefined || second === undefined ? [] : bodyChanges(first, second);
    return {
      ...each,
      ...load,
      ...submit,
      ...(changes.length === 0 ? {} : { again: changes.slice(0, 8).map((path) => brief(path, base)) }),
    };
  });
  writeFileSync(groupFile(group), lines.map((line) => `${JSON.stringify(line)}\n`).join(""));
  rmSync(copy, { recursive: true, force: true });
  console.log(`${group}: ${cases.length} cases, ${dumps.length} sent dumps`);
}
