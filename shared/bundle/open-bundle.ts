/** Reads a bundle: a zip on this machine's disk, which is never held in memory as a whole and never trusted. */
import { readSync } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import type { Readable } from "node:stream";
import { inflateRawSync } from "node:zlib";
import { fromFdPromise, type ZipFile } from "yauzl";
import type { JobFilesReader } from "../core/job/load-job.ts";
import type { BundleFile, BundleLimits, PackedFile } from "./bundle-file.ts";
import { issue, refused, text } from "./bundle-issue.ts";
import { readDirectory } from "./read-directory.ts";

/** An open zip; it has to be closed. */
export interface Bundle extends JobFilesReader {
  readonly files: readonly BundleFile[];
  /** The content of a file as it is unpacked. What cannot be unpacked ends the stream with an error. */
  stream(file: BundleFile): Promise<Readable>;
  close(): Promise<void>;
}

const mib = 1024 * 1024;
const defaultLimits: BundleLimits = { maxEntries: 10_000, maxTotalBytes: 512 * mib, maxRatio: 200, maxReadBytes: mib };

/**
 * Opens a zip and judges its directory: every entry that cannot be taken is an issue with its name. The bytes of the files
 * are `checkContents`' to judge. @throws ServiceError `invalid_bundle`.
 */
export async function openBundle(path: string, given: Partial<BundleLimits> = {}): Promise<Bundle> {
  const limits = { ...defaultLimits, ...given };
  const handle = await open(path);
  try {
    const zip = await fromFdPromise(handle.fd, { autoClose: false, decodeStrings: false }).catch((error: unknown) => {
      throw refused([{ pointer: "", code: "unreadable", message: `The bundle is not a zip that can be read: ${text(error)}` }]);
    });
    const { files, folders } = await readDirectory(handle, zip, limits);
    return bundleOf(handle, zip, files, folders, limits);
  } catch (error) {
    await handle.close();
    throw error;
  }
}

function bundleOf(handle: FileHandle, zip: ZipFile, files: ReadonlyMap<string, PackedFile>, folders: ReadonlySet<string>, limits: BundleLimits): Bundle {
  return {
    files: [...files.values()],
    kind(path) {
      if (path === "" || folders.has(path)) return "folder";
      return files.has(path) ? "file" : undefined;
    },
    read(path) {
      const file = files.get(path);
      return file === undefined ? undefined : readWhole(handle, file, limits.maxReadBytes);
    },
    async stream({ path }) {
      const file = files.get(path);
      if (file === undefined) throw new Error(`The bundle has no file ${path}.`);
      const { start, packedSize, deflated, size } = file;
      // The form of this call that gives a promise wants an entry, against what is said of it.
      return new Promise((resolve, reject) => {
        const done = (error: Error | null, stream: Readable) => (error === null ? resolve(stream) : reject(error));
        zip.openReadStreamLowLevel(start, packedSize, 0, packedSize, deflated, size, done);
      });
    },
    close: () => handle.close(),
  };
}

/** @throws ServiceError `invalid_bundle` for a file that is too large to be read here, or is not what the directory says. */
function readWhole(handle: FileHandle, { path, size, packedSize, deflated, start }: PackedFile, maxBytes: number): Uint8Array {
  if (size > maxBytes) throw refused([issue(path, "too_large", `has ${size} bytes; a file that belongs to the job's own text has at most ${maxBytes}`)]);
  const packed = Buffer.alloc(packedSize);
  try {
    let length = 0;
    while (length < packedSize) {
      const read = readSync(handle.fd, packed, length, packedSize - length, start + length);
      if (read === 0) throw new Error("it ends too early");
      length += read;
    }
    if (!deflated) return packed;
    const unpacked = inflateRawSync(packed, { maxOutputLength: Math.max(1, size) });
    if (unpacked.length !== size) throw new Error(`it has ${unpacked.length} bytes, not ${size}`);
    return unpacked;
  } catch (error) {
    throw refused([issue(path, "unreadable", `cannot be unpacked: ${text(error)}`)]);
  }
}
