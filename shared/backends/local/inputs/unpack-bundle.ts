import { createWriteStream } from "node:fs";
import { mkdir, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { pipeline } from "node:stream/promises";
import type { PackedFile } from "../../../bundle/bundle-file.ts";
import type { IsIgnored } from "../../../bundle/ignore/ignore-file.ts";
import type { ListedFile } from "../../../bundle/links/list-contents.ts";
import { type Bundle, openBundle } from "../../../bundle/open-bundle.ts";
import { createYielder } from "../../../bundle/yield-to-others.ts";
import { writeZip } from "../../../bundle/zip/write-zip.ts";
import { isServiceError } from "../../../core/errors.ts";
import type { BundleStore } from "../../../core/ports/storage-ports.ts";
import { pathExists } from "../../../lib/path-exists.ts";
import { jobFiles } from "../folder/job-files.ts";
import type { JobFolder } from "../folder/job-folder.ts";
import type { BundleSpec } from "../folder/job-spec.ts";
import { writeAtomic } from "../folder/write-atomic.ts";

/** A bundle that is missing or damaged, or lacks a file of the job. It is not retried. */
export class UnpackError extends Error {
  override readonly name = "UnpackError";
  readonly code: "bundle_not_found" | "input_not_available_locally";
  constructor(code: UnpackError["code"], message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/**
 * Unpacks code and data of a job from its bundle into the folder of its own files. An interrupted call is repeated from
 * the start. @throws UnpackError, an error of storage, or the signal's reason.
 */
export async function unpackBundle(
  bundles: BundleStore,
  { path, runPath, spec }: JobFolder,
  signal: AbortSignal,
): Promise<void> {
  if (spec.bundle === undefined || (await pathExists(join(path, jobFiles.unpacked)))) return;
  const zip = join(path, jobFiles.bundle);
  if (!(await pathExists(zip))) await downloadBundle(bundles, spec.bundle.sha256, zip, signal);
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

async function downloadBundle(bundles: BundleStore, sha256: string, zip: string, signal: AbortSignal): Promise<void> {
  const content = await bundles.read(sha256, { signal });
  if (content === undefined) throw new UnpackError("bundle_not_found", "The bundle of the job is no longer stored.");
  const draft = `${zip}.part`;
  await rm(draft, { force: true });
  const received = await writeZip(content.body, draft, signal);
  if (received !== sha256)
    throw new UnpackError("bundle_not_found", "The stored bundle of the job is damaged: its checksum does not match.");
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
    // Ignore files do not apply to data. Their rules only exempt links from the check of their targets.
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
  files: readonly ListedFile[],
  target: string,
  isIgnored: IsIgnored,
  signal: AbortSignal,
): Promise<void> {
  const created = new Set<string>();
  const turn = createYielder();
  for (const { path, file } of files) {
    await turn();
    signal.throwIfAborted();
    if (isIgnored(path)) continue;
    const to = join(target, ...path.split("/"));
    if (!created.has(dirname(to))) await mkdir(dirname(to), { recursive: true, mode: 0o700 });
    created.add(dirname(to));
    await unpackFile(bundle, file, to, signal);
  }
}

async function unpackFile(bundle: Bundle, file: PackedFile, to: string, signal: AbortSignal): Promise<void> {
  await pipeline(bundle.stream(file), createWriteStream(to, { flags: "wx", mode: file.executable ? 0o700 : 0o600 }), {
    signal,
  });
}
