/** Files of a bundle, and the limits of one. */

/** A file of a bundle. */
export interface BundleFile {
  /** Path in the bundle. For a file that was found through a symbolic link, the path through that link. */
  readonly path: string;
  /** Bytes, unpacked. */
  readonly size: number;
  /** Whether it may be run as a program, where its zip says so. */
  readonly executable: boolean;
  readonly crc32: number;
}

/** A file of a zip, and the position of its bytes. */
export interface PackedFile extends BundleFile {
  readonly packedSize: number;
  readonly deflated: boolean;
  readonly start: number;
}

export interface BundleLimits {
  /** Entries of the zip: files, folders and links. */
  readonly maxEntries: number;
  /** Folders, with those that only the paths of files name. */
  readonly maxFolders: number;
  /** Characters of all paths together. */
  readonly maxPathCharacters: number;
  /** Bytes of the list of entries (the central directory). */
  readonly maxDirectoryBytes: number;
  /** Bytes of all files, unpacked. Files that a link repeats count again where the link is followed. */
  readonly maxTotalBytes: number;
  /** How much larger than its packed form a file of more than a MiB may be. */
  readonly maxRatio: number;
  /** Bytes of a file that is read while the job is judged. */
  readonly maxReadBytes: number;
  /** Patterns of an ignore file. */
  readonly maxPatterns: number;
  /** Bytes of all ignore files together. */
  readonly maxIgnoreBytes: number;
  /** Steps of all ignore files together: 32 letters of a pattern, tried on one letter of a path. */
  readonly maxIgnoreSteps: number;
}

const mib = 1024 * 1024;

export const defaultLimits: BundleLimits = {
  maxEntries: 10_000,
  maxFolders: 20_000,
  maxPathCharacters: 4 * mib,
  maxDirectoryBytes: 16 * mib,
  maxTotalBytes: 512 * mib,
  maxRatio: 200,
  maxReadBytes: mib,
  maxPatterns: 1000,
  maxIgnoreBytes: mib,
  maxIgnoreSteps: 300_000_000,
};
