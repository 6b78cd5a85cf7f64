/**
 * Runs the real SDK with every case and our dumps of them, and writes its answers to test/data/parity/expected.
 *
 *   node scripts/run.mjs test/parity/make-expected.ts PYTHON [NAME...]
 *
 * PYTHON is an interpreter with azure-ai-ml (see oracle.py). NAME is `command`, `sweep` ... or `bundles`; default: all.
 */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loadJob } from "../../shared/core/job/load-job.ts";
import { ask, onDisk } from "./ask.ts";
import { type Answer, type Expected, expectedFile, suites } from "./suites.ts";

const [python, ...names] = process.argv.slice(2);
if (python === undefined) throw new Error("Usage: node scripts/run.mjs test/parity/make-expected.ts PYTHON [NAME...]");

/** The paths at which two REST bodies differ, without `_source`, which is only used for statistics. */
function paths(a: unknown, b: unknown, path = ""): string[] {
  if (typeof a === "object" && typeof b === "object" && a !== null && b !== null) {
    const keys = new Set([...Object.keys(a), ...Object.keys(b)].filter((key) => key !== "_source"));
    return [...keys].flatMap((key) =>
      paths((a as Record<string, unknown>)[key], (b as Record<string, unknown>)[key], `${path}/${key}`),
    );
  }
  return a === b ? [] : [path];
}

for (const name of names.length > 0 ? names : [...suites, "bundles"]) {
  const copy = mkdtempSync(join(tmpdir(), "jobgate-parity-"));
  const cases = await onDisk(name, copy);
  const original = ask<Answer>(python, "oracle.py", cases);
  const dumps = cases.flatMap((each) => {
    const { job } = loadJob(each.yaml, { files: each.files, folder: each.folder });
    return job === undefined ? [] : [{ ...each, yaml: job.toYaml() }];
  });
  const reloaded = ask<Answer>(python, "oracle.py", dumps);
  const lines = cases.map(({ id, base, folder }): Expected => {
    const answer = original.get(id);
    if (answer === undefined) throw new Error(`No answer for ${id}.`);
    const again = reloaded.get(id);
    const dump = dumps.find((each) => each.id === id)?.yaml;
    // The message of a crash of the SDK contains paths of its own files.
    const plain = (text: string): string =>
      text
        .replaceAll(base, "/BASE")
        .replaceAll(folder === "" ? base : base.slice(0, -folder.length - 1), "/CORPUS")
        .replaceAll(/\/[^\s"\\]*\/site-packages\//g, "/SDK/")
        .replaceAll(/ at 0x[0-9a-f]+>/g, ">");
    return {
      id,
      stage: answer.stage,
      ...(answer.error === undefined ? {} : { error: plain(answer.error.message).slice(0, 300) }),
      ...(answer.flat === undefined ? {} : { flat: plain(answer.flat) }),
      ...(dump === undefined ? {} : { dump: createHash("sha256").update(dump).digest("hex").slice(0, 16) }),
      ...(again === undefined || answer.rest === undefined
        ? {}
        : {
            reload:
              again.rest === undefined
                ? [plain(again.error?.message ?? "no body").slice(0, 200)]
                : paths(answer.rest, again.rest),
          }),
    };
  });
  const file = expectedFile(name);
  if (!existsSync(join(file, ".."))) mkdirSync(join(file, ".."), { recursive: true });
  writeFileSync(file, lines.map((line) => `${JSON.stringify(line)}\n`).join(""));
  rmSync(copy, { recursive: true, force: true });
  console.log(`${name}: ${cases.length} cases, ${dumps.length} of our dumps`);
}
