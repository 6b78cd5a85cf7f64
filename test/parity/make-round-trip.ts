/**
 * Submits every case and our dump of it with the real SDK, and writes the differences of the two submissions to
 * test/data/parity/round-trip.jsonl.
 *
 *   node scripts/run.mjs test/parity/make-round-trip.ts PYTHON
 *
 * PYTHON is as in make-expected.ts.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loadJob } from "../../shared/core/job/load-job.ts";
import { ask, onDisk } from "./ask.ts";
import { bodyChanges, type Submitted } from "./body-changes.ts";
import { type RoundTrip, roundTripFile } from "./round-trip.ts";
import { suites } from "./suites.ts";

const [python] = process.argv.slice(2);
if (python === undefined) throw new Error("Usage: node scripts/run.mjs test/parity/make-round-trip.ts PYTHON");

const all: RoundTrip[] = [];
for (const suite of [...suites, "bundles"]) {
  const copy = mkdtempSync(join(tmpdir(), "jobgate-round-trip-"));
  const cases = await onDisk(suite, copy);
  const first = ask<Submitted>(python, "submit.py", cases);
  const dumps = cases.flatMap((each) => {
    const { job } = loadJob(each.yaml, { files: each.files, folder: each.folder });
    return job === undefined || first.get(each.id)?.job === undefined ? [] : [{ ...each, yaml: job.toYaml() }];
  });
  const second = ask<Submitted>(python, "submit.py", dumps);
  for (const { id, base } of dumps) {
    const sent = first.get(id);
    const again = second.get(id);
    if (sent === undefined || again === undefined) throw new Error(`No answer for ${id}.`);
    const changes = bodyChanges(sent, again).slice(0, 8);
    all.push({ suite, id, changes: changes.map((path) => path.replaceAll(base, "/BASE").slice(0, 160)) });
  }
  rmSync(copy, { recursive: true, force: true });
  console.log(`${suite}: ${dumps.length} dumps`);
}
writeFileSync(roundTripFile, all.map((line) => `${JSON.stringify(line)}\n`).join(""));
