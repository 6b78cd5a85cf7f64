/**
 * Ports of containers and queues. Those of tables are open-jobs.ts and job-index.ts, those of the inbox inbox-ports.ts.
 */
import type { DispatchMessage, UpdateMessage } from "../records/messages.ts";
import type { Notice } from "../records/notice.ts";
import type { JobRecord } from "../records/record.ts";
import type { CallOptions, Versioned } from "./ports.ts";

/** `jobs/{name}/record.json`. */
export interface RecordStore {
  get(name: string, options?: CallOptions): Promise<Versioned<JobRecord> | undefined>;
  /** The commit point of a submission (If-None-Match: *). @throws ServiceError `conflict` if the name is taken. */
  create(record: JobRecord, options?: CallOptions): Promise<string>;
  /** @throws ServiceError `conflict` if the record has changed or was deleted. */
  replace(record: JobRecord, etag: string, options?: CallOptions): Promise<string>;
  /** Succeeds if the record does not exist. @throws ServiceError `conflict` if it has changed. */
  delete(name: string, etag: string, options?: CallOptions): Promise<void>;
  /** Names of all records, in any order. */
  names(options?: CallOptions): AsyncIterable<string>;
}

/** `jobs/{name}/job.yml`: the dump as submitted, written once. */
export interface DumpStore {
  /** Writes the dump unless it exists. */
  put(name: string, yaml: string, options?: CallOptions): Promise<void>;
  get(name: string, options?: CallOptions): Promise<string | undefined>;
  delete(name: string, options?: CallOptions): Promise<void>;
  /** Container and path of the dump, to show to people; without account or signature. */
  location(name: string): string;
}

export interface SignedLogUrls {
  /** Log name -> URL with its signature. Never part of a record, message, event or log line. */
  readonly urls: Readonly<Record<string, string>>;
  /** Earliest expiry of the URLs (RFC 3339, UTC). */
  readonly expires_at: string;
  readonly refreshed_at: string;
}

/** `log-urls/{name}.json`, for backends that sign. */
export interface LogUrlStore {
  get(name: string, options?: CallOptions): Promise<SignedLogUrls | undefined>;
  put(name: string, urls: SignedLogUrls, options?: CallOptions): Promise<void>;
  delete(name: string, options?: CallOptions): Promise<void>;
}

/** Part of a file: `end` is inclusive, as in a Range header; `suffix` counts from the end. */
export type ByteRange = { readonly start: number; readonly end?: number } | { readonly suffix: number };

export interface FileContent {
  /** Bytes in the whole file. */
  readonly size: number;
  /** Offset of the first byte of `body`. */
  readonly start: number;
  /** Bytes in `body`. */
  readonly length: number;
  readonly etag: string;
  readonly body: AsyncIterable<Uint8Array>;
}

/** A log or an output of a job, open for one response. Its body reads from storage as it is consumed. */
export interface JobFile extends FileContent {
  /** A URL that reads the whole file for some minutes; undefined if none can be signed. */
  url(): Promise<string | undefined>;
  /** Releases the connection to storage of a body that is not read. */
  close(): Promise<void>;
}

export interface FileInfo {
  readonly path: string;
  readonly size: number;
  readonly modified_at: string;
}

/** Files of jobs in the container `job-logs` or `job-outputs`, under `{name}/`. */
export interface JobFiles {
  list(name: string, options?: CallOptions): Promise<readonly FileInfo[]>;
  /** @throws ServiceError `range_not_satisfiable` if the range starts after the end. */
  read(name: string, path: string, range?: ByteRange, options?: CallOptions): Promise<FileContent | undefined>;
  /** A URL that reads only this file, until `expires`. */
  sign(name: string, path: string, expires: Date, options?: CallOptions): Promise<string>;
  deleteAll(name: string, options?: CallOptions): Promise<void>;
  /**
   * Appends bytes to a file, creating it if needed. `offset` is the position of the first byte; bytes that are already
   * stored are skipped.
   */
  append(name: string, path: string, offset: number, bytes: Uint8Array, options?: CallOptions): Promise<void>;
  /** Writes a whole file from disk. */
  upload(name: string, path: string, file: string, options?: CallOptions): Promise<void>;
}

export interface StoredBundle {
  readonly sha256: string;
  readonly etag: string;
  /** Time of the last write or renewal (RFC 3339, UTC). */
  readonly renewed_at: string;
}

/** `bundles/{sha256}.zip`: the files of jobs. Equal zips are stored once. */
export interface BundleStore {
  /** Writes a zip from disk, or renews the stored one, which is then not swept for a day. */
  put(sha256: string, zip: string, options?: CallOptions): Promise<void>;
  /** Renews a zip; false if it does not exist. */
  renew(sha256: string, options?: CallOptions): Promise<boolean>;
  read(sha256: string, options?: CallOptions): Promise<FileContent | undefined>;
  /** Succeeds if it does not exist. @throws ServiceError `conflict` if it was renewed. */
  delete(sha256: string, etag: string, options?: CallOptions): Promise<void>;
  /** All of them, in any order. */
  list(options?: CallOptions): AsyncIterable<StoredBundle>;
}

/** A container of another storage account. */
export interface ForeignContainer {
  readonly url: string;
  /** Credentials: a SAS with its `?`, the account's key, or the identity of the app. */
  readonly access: { readonly sas: string } | { readonly account: string; readonly accountKey: string } | "identity";
}

export interface UploadedFile {
  readonly size: number;
  /** The bytes, from the start each time. */
  content(): AsyncIterable<Uint8Array>;
}

/** Uploads files to the storage of a backend. */
export interface ContainerUploads {
  /** Writes a file unless it exists. */
  put(container: ForeignContainer, path: string, file: UploadedFile, options?: CallOptions): Promise<void>;
}

export interface SendOptions extends CallOptions {
  /** Seconds until the message becomes visible; 0 by default. */
  readonly delaySeconds?: number;
}

export interface Queues {
  sendDispatch(message: DispatchMessage, options?: SendOptions): Promise<void>;
  sendUpdate(message: UpdateMessage, options?: CallOptions): Promise<void>;
  /** Resolves if the queues can be reached, even if they do not exist. */
  ready(options?: CallOptions): Promise<void>;
}

/** The notice that storage rejects writes; undefined unless a write has failed. */
export type StorageTrouble = () => Promise<Notice | undefined>;

/** Checks whether storage accepts writes. */
export interface StorageProbe {
  /** Writes a blob, a row and a message. Repeated calls do not fill storage. */
  write(options?: CallOptions): Promise<void>;
}
