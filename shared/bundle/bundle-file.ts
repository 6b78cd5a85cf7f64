/** A file of a bundle. */
export interface BundleFile {
  /** Path in the bundle. For a file found through a symbolic link, the path through that link. */
  readonly path: string;
  /** Unpacked bytes. */
  readonly size: number;
  /** Whether the zip marks it as executable. */
  readonly executable: boolean;
  readonly crc32: number;
}

/** A file in a zip, with the position of its bytes. */
export interface PackedFile extends BundleFile {
  readonly packedSize: number;
  readonly deflated: boolean;
  readonly start: number;
}

export interface BundleLimits {
  /** Entries: files, folders and links. */
  readonly maxEntries: number;
  /** Folders, including those without an entry of their own. */
  readonly maxFolders: number;
  /** Characters of all paths in total. */
  readonly maxPathCharacters: number;
  /** Bytes of the list of entries (the central directory). */
  readonly maxDirectoryBytes: number;
  /** Unpacked bytes of all files. Files behind a link count again when the link is followed. */
  readonly maxTotalBytes: number;
  /** Unpacked bytes per packed byte, for a file of more than one MiB. */
  readonly maxRatio: number;
  /** Bytes of a file that is read while the job is validated. */
  readonly maxReadBytes: number;
  /** Lines of an ignore file. */
  readonly maxPatterns: number;
  /** Bytes of all ignore files in total. */
  readonly maxIgnoreBytes: number;
  /** Steps of all ignore files in total. A step compares 32 characters of a pattern with one character of a path. */
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
