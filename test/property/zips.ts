/** Zips of any form, corrupted at critical positions, and the work of the service on a zip. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { crc32 } from "node:zlib";
import fc from "fast-check";
import { bundleData, codeAssetFiles } from "../../shared/backends/azureml/assets/bundle-files.ts";
import { codeHash, uploadHash } from "../../shared/backends/azureml/rest/asset-ids/asset-hashes.ts";
import { checkContents } from "../../shared/bundle/check-contents.ts";
import { findJobFile } from "../../shared/bundle/find-job-file.ts";
import { openBundle } from "../../shared/bundle/open-bundle.ts";
import { isServiceError } from "../../shared/core/errors.ts";
import { loadJob } from "../../shared/core/job/load-job.ts";
import { BackendRefusal } from "../../shared/core/ports/backend-port.ts";
import { buildZip, type ZipEntry, type ZipOptions } from "../support/zip.ts";

const unicodePath = (name: string, text: string): Uint8Array => {
  const content = Buffer.concat([Buffer.from([1, 0, 0, 0, 0]), Buffer.from(text)]);
  content.writeUInt32LE(crc32(Buffer.from(name)), 1);
  const head = Buffer.alloc(4);
  head.writeUInt16LE(0x7075, 0);
  head.writeUInt16LE(content.length, 2);
  return Buffer.concat([head, content]);
};

const entries: readonly ZipEntry[] = [
  {
    name: "job.yml",
    content: JSON.stringify({
      command: "ls",
      code: "src",
      environment: { image: "a", conda_file: "conda.yml" },
      inputs: { d: { path: "data" } },
    }),
  },
  { name: "conda.yml", content: "dependencies: [python]\n" },
  { name: "src/" },
  { name: "src/.amlignore", content: "*.pyc\n**/cache/\n[a-c]?x*y\n!keep\n" },
  { name: "src/main.py", content: "print(1)\n".repeat(50), mode: 0o100755 },
  { name: "src/a/b/c/cache/x.pyc", content: "x", method: 0 },
  { name: "src/lib", content: "../lib", mode: 0o120777 },
  { name: "src/gone", content: "../none", mode: 0o120777 },
  { name: "lib/u.py", content: "u".repeat(3000) },
  { name: "data/n\u00fc.csv", content: "1,2\n", flags: 0, method: 0 },
  { name: "data/x.csv", content: "", extra: unicodePath("data/x.csv", "data/\u03c0.csv"), flags: 0 },
];

const forms: readonly ZipOptions[] = [{}, { zip64: true }, { descriptors: true }, { zip64: true, descriptors: true }];
const whole = forms.map((form) => buildZip(entries, form));

const signatures = [0x04034b50, 0x02014b50, 0x08074b50, 0x06054b50, 0x06064b50, 0x07064b50];
/** Positions of the records of a zip. */
function recordsOf(zip: Buffer): number[] {
  const found: number[] = [];
  for (let at = 0; at + 4 <= zip.length; at += 1) if (signatures.includes(zip.readUInt32LE(at))) found.push(at);
  return found;
}
const records = whole.map(recordsOf);

/** Numbers at which readers often fail. */
const edges = [
  0n,
  1n,
  0x7fn,
  0xffn,
  0x7fffn,
  0xffffn,
  0x7fffffffn,
  0x80000000n,
  0xffffffffn,
  2n ** 53n - 1n,
  2n ** 53n,
  2n ** 53n + 2n,
  2n ** 63n,
  2n ** 64n - 1n,
];

type Change =
  | {
      readonly kind: "number";
      readonly record: number;
      readonly offset: number;
      readonly bytes: number;
      readonly value: bigint;
    }
  | { readonly kind: "nudge"; readonly record: number; readonly offset: number; readonly by: number }
  | { readonly kind: "byte"; readonly at: number; readonly value: number }
  | { readonly kind: "cut" | "head" | "remove" | "repeat" | "insert"; readonly at: number; readonly length: number };

const place = fc.double({ min: 0, max: 1, noNaN: true });
const change: fc.Arbitrary<Change> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant("number" as const),
      record: fc.nat(),
      offset: fc.nat(72),
      bytes: fc.constantFrom(1, 2, 4, 8),
      value: fc.constantFrom(...edges),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant("nudge" as const),
      record: fc.nat(),
      offset: fc.nat(72),
      by: fc.integer({ min: -64, max: 64 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("byte" as const), at: place, value: fc.nat(255) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constantFrom("cut", "head", "remove", "repeat", "insert"),
      at: place,
      length: fc.nat(300),
    }),
  },
);

export const spoiltZips = fc
  .tuple(fc.nat(whole.length - 1), fc.array(change, { minLength: 1, maxLength: 6 }))
  .map(([which, changes]) => {
    const places = records[which] ?? [];
    let zip: Buffer = Buffer.from(whole[which] ?? Buffer.alloc(0));
    for (const each of changes) zip = spoil(zip, each, places);
    return zip;
  });

function spoil(zip: Buffer, change: Change, places: readonly number[]): Buffer {
  if (zip.length === 0) return zip;
  if (change.kind === "byte") {
    zip[Math.floor(change.at * (zip.length - 1))] = change.value;
    return zip;
  }
  if (change.kind === "number" || change.kind === "nudge") {
    const at = (places[change.record % places.length] ?? 0) + change.offset;
    if (change.kind === "nudge") {
      if (at < zip.length) zip[at] = ((zip[at] ?? 0) + change.by) & 0xff;
      return zip;
    }
    for (let index = 0; index < change.bytes && at + index < zip.length; index += 1)
      zip[at + index] = Number((change.value >> BigInt(8 * index)) & 0xffn);
    return zip;
  }
  const at = Math.floor(change.at * zip.length);
  const [before, after] = [zip.subarray(0, at), zip.subarray(at)];
  switch (change.kind) {
    case "cut":
      return Buffer.from(before);
    case "head":
      return Buffer.from(after);
    case "remove":
      return Buffer.concat([before, after.subarray(change.length)]);
    case "repeat":
      return Buffer.concat([before, after.subarray(0, change.length), after]);
    default:
      return Buffer.concat([before, Buffer.alloc(change.length, 0x50), after]);
  }
}

const hangMs = 10_000;

/** The outcome for a zip: accepted, rejected, or an unexpected error. */
export type Outcome = "taken" | "refused" | "hung" | `unexpected: ${string}`;

/** Processes a zip like a submission and both backends. */
export async function outcomeOf(zip: Uint8Array, folder: string): Promise<Outcome> {
  const file = join(folder, "bundle.zip");
  await writeFile(file, zip);
  let timer: NodeJS.Timeout | undefined;
  const hung = new Promise<Outcome>((resolve) => {
    timer = setTimeout(() => resolve("hung"), hangMs);
  });
  const started = performance.now();
  const outcome = await Promise.race([handle(file), hung]);
  clearTimeout(timer);
  // A loop that never yields keeps the timer from running.
  return performance.now() - started > hangMs ? "hung" : outcome;
}

async function handle(file: string): Promise<Outcome> {
  try {
    const bundle = await openBundle(file);
    try {
      await checkContents(bundle);
      const job = findJobFile(bundle, true);
      loadJob(bundle.read(job) ?? "", { files: bundle });
      bundle.unreadWarnings?.();
      for (const { file: each } of bundle.filesBelow("")) for await (const _part of bundle.stream(each));
      await codeHash(await codeAssetFiles(bundle, { path: ".", includes: ["lib"] }, ""));
      const { files, isIgnored } = await bundleData(bundle, "src", "");
      await uploadHash(files, isIgnored);
      return "taken";
    } finally {
      await bundle.close();
    }
  } catch (error) {
    if (
      isServiceError(error, "invalid_bundle") ||
      (error instanceof BackendRefusal && error.code === "bundle_not_found")
    )
      return "refused";
    return `unexpected: ${error instanceof Error ? error.stack : String(error)}`;
  }
}

/** Processes many corrupted zips; returns the number of each outcome, and the unexpected errors. */
export async function outcomesOf(runs: number, seed: number): Promise<{ readonly [outcome: string]: number }> {
  const folder = await mkdtemp(join(tmpdir(), "jobgate-zips-"));
  const counts: Record<string, number> = { taken: 0, refused: 0 };
  try {
    for (const zip of fc.sample(spoiltZips, { numRuns: runs, seed })) {
      const outcome = await outcomeOf(zip, folder);
      counts[outcome] = (counts[outcome] ?? 0) + 1;
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  return counts;
}

/** The zips before corruption. */
export const wholeZips: readonly Uint8Array[] = whole;
