/**
 * Submits every case with the real SDK, and writes its requests to test/data/parity/bodies.
 *
 *   node scripts/run.mjs test/parity/make-bodies.ts PYTHON [NAME...]
 *
 * PYTHON and NAME are as in make-expected.ts.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ask, onDisk } from "./ask.ts";
import { bodiesFile, type Sent } from "./bodies.ts";
import { verdictDifferences } from "./known-differences.ts";
import { suites } from "./suites.ts";

const [python, ...names] = process.argv.slice(2);
if (python === undefined) throw new Error("Usage: node scripts/run.mjs test/parity/make-bodies.ts PYTHON [NAME...]");

for (const name of names.length > 0 ? names : suites) {
  const copy = mkdtempSync(join(tmpdir(), "jobgate-bodies-"));
  const cases = await onDisk(name, copy);
  const sent = ask<Sent & { readonly loaded?: boolean }>(python, "submit.py", cases);
  const file = bodiesFile(name);
  mkdirSync(join(file, ".."), { recursive: true });
  const lines = cases.flatMap(({ id }) => {
    const answer = sent.get(id);
    // Jobs that Jobgate rejects on purpose have no body to compare.
    if (answer?.job === undefined || Object.hasOwn(verdictDifferences, id)) return [];
    const { calls, loaded: _, ...rest } = answer;
    return [`${JSON.stringify({ ...rest, ...(calls === undefined || calls.length === 0 ? {} : { calls }) })}\n`];
  });
  writeFileSync(file, lines.join(""));
  rmSync(copy, { recursive: true, force: true });
  console.log(`${name}: ${lines.length} of ${cases.length} are sent`);
}
