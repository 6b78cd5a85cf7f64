/** What is known of a file of a bundle, and how much is taken of one. */

/** A file of a bundle. */
export interface BundleFile {
  readonly path: string;
  /** Bytes, unpacked. */
  readonly size: number;
  /** Whether it may be run as a program, where its zip says so. */
  readonly executable: boolean;
  readonly crc32: number;
}

/** A file of a zip, and where its bytes are. */
export interface PackedFile extends BundleFile {
  readonly packedSize: number;
  readonly deflated: boolean;
  readonly start: number;
}

export interface BundleLimits {
  /** Files and folders. */
  readonly maxEntries: number;
  /** Bytes of all files, unpacked. */
  readonly maxTotalBytes: number;
  /** How much larger than its packed form a file of more than a MiB may be. */
  readonly maxRatio: number;
  /** Bytes of a file that is read while the job is judged. */
  readonly maxReadBytes: number;
}
