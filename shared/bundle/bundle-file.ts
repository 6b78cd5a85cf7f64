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

/** Maximum values. */
export interface BundleLimits {
  /** Number of entries: files, folders and links. */
  readonly maxEntries: number;
  /** Number of folders, including those without an entry. */
  readonly maxFolders: number;
  /** Number of characters in all paths. */
  readonly maxPathCharacters: number;
  /** Bytes of the central directory. */
  readonly maxDirectoryBytes: number;
  /** Unpacked bytes of all files. Files below a linked folder are counted again for each link. */
  readonly maxTotalBytes: number;
  /** Compression ratio (unpacked bytes per packed byte) of a file of more than one MiB. */
  readonly maxRatio: number;
  /** Unpacked bytes of a file that is read during the validation of the job. */
  readonly maxReadBytes: number;
  /** Number of lines of an ignore file. */
  readonly maxPatterns: number;
  /** Bytes of all ignore files in total. */
  readonly maxIgnoreBytes: number;
  /** Number of steps of all ignore files. A step compares 32 characters of a pattern with one character of a path. */
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
