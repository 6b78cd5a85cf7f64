import { createWriteStream } from "node:fs";
import { mkdir, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { pipeline } from "node:stream/promises";
import type { PackedFile } from "../../../bundle/bundle-file.ts";
import type { IsIgnored } from "../../../bundle/ignore/ignore-file.ts";
import type { FileBelow } from "../../../bundle/links/list-contents.ts";
import { type Bundle, openBundle } from "../../../bundle/open-bundle.ts";
import { createYielder } from "../../../bundle/yielder.ts";
import { writeZip } from "../../../bundle/zip/write-zip.ts";
import { isServiceError } from "../../../core/errors.ts";
import type { BundleStore } from "../../../core/ports/storage-ports.ts";
import { type BundleSpec, jobFiles, writeAtomic } from "../folder/job-files.ts";
import type { JobFolder } from "../folder/job-folder.ts";
import { exists } from "../folder/read-json.ts";

/** A bundle that cannot be had, or has not what the job needs; no retry can mend it. */
export class UnpackError extends Error {
  override readonly name = "UnpackError";
  readonly code: "bundle_not_found" | "input_not_available_locally";
  constructor(code: UnpackError["code"], message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/**
 * Puts a job's code and data where its command looks for them. What a service that was killed left half-done is done again
 * from the start. @throws UnpackError, what the storage throws, or the signal's reason.
 */
export async function unpackBundle(
  bundles: BundleStore,
  { path, runPath, spec }: JobFolder,
  signal: AbortSignal,
): Promise<void> {
  if (spec.bundle === undefined || (await exists(join(path, jobFiles.unpacked)))) return;
  const zip = join(path, jobFiles.bundle);
  if (!(await exists(zip))) await fetchBundle(bundles, spec.bundle.sha256, zip, signal);
  try {
    const bundle = await openBundle(zip);
    try {
      await unpackCode(bundle, spec.bundle, join(runPath, jobFiles.work), signal);
      for (const input of spec.bundle.inputs) await unpackInput(bundle, input, runPath, signal);
    } finally {
      await bundle.close();
    }
  } catch (error) {
    throw isServiceError(error, "invalid_bundle")
      ? new UnpackError("bundle_not_found", error.message, { cause: error })
      : error;
  }
  writeAtomic(path, jobFiles.unpacked, "");
  await rm(zip);
}

async function fetchBundle(bundles: BundleStore, sha256: string, zip: string, signal: AbortSignal): Promise<void> {
  const content = await bundles.read(sha256, { signal });
  if (content === undefined) throw new UnpackError("bundle_not_found", "The bundle of the job is no longer stored.");
  const draft = `${zip}.part`;
  await rm(draft, { force: true });
  const received = await writeZip(content.body, draft, signal);
  if (received !== sha256)
    throw new UnpackError("bundle_not_found", "The stored bundle of the job is damaged: its checksum is another one.");
  await rename(draft, zip);
}

async function unpackCode(bundle: Bundle, { code }: BundleSpec, work: string, signal: AbortSignal): Promise<void> {
  if (code === undefined) return;
  await rm(work, { recursive: true, force: true });
  await mkdir(work, { mode: 0o700 });
  const isIgnored = bundle.kind(code) === "folder" ? bundle.ignoreRules(code) : () => false;
  await unpackFiles(bundle, bundle.filesBelow(code, isIgnored), work, isIgnored, signal);
}

async function unpackInput(
  bundle: Bundle,
  { input, path: from, file }: BundleSpec["inputs"][number],
  root: string,
  signal: AbortSignal,
): Promise<void> {
  const kind = from === "" ? "folder" : bundle.kind(from);
  if (kind === undefined)
    throw new UnpackError("input_not_available_locally", `Input ${input} is ${from}, which is not in the bundle.`);
  const folder = join(root, jobFiles.inputs, input);
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true, mode: 0o700 });
  if (file === undefined) {
    // Data is unpacked whole; the rules only exempt links from the check of their targets.
    const rules = kind === "folder" ? bundle.ignoreRules(from) : undefined;
    return unpackFiles(bundle, bundle.filesBelow(from, rules), folder, () => false, signal);
  }
  const found = bundle.file(from);
  if (found === undefined)
    throw new UnpackError("input_not_available_locally", `Input ${input} is the folder ${from}; expected a file.`);
  await unpackFile(bundle, found, join(root, file), signal);
}

async function unpackFiles(
  bundle: Bundle,
  files: readonly FileBelow[],
  target: string,
  isIgnored: IsIgnored,
  signal: AbortSignal,
): Promise<void> {
  const made = new Set<string>();
  const turn = createYielder();
  for (const { path, file } of files) {
    await turn();
    signal.throwIfAborted();
    if (isIgnored(path)) continue;
    const to = join(target, ...path.split("/"));
    if (!made.has(dirname(to))) await mkdir(dirname(to), { recursive: true, mode: 0o700 });
    made.add(dirname(to));
    await unpackFile(bundle, file, to, signal);
  }
}

async function unpackFile(bundle: Bundle, file: PackedFile, to: string, signal: AbortSignal): Promise<void> {
  await pipeline(bundle.stream(file), createWriteStream(to, { flags: "wx", mode: file.executable ? 0o700 : 0o600 }), {
    signal,
  });
}
