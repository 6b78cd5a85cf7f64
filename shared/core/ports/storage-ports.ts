/** What is kept in containers and queues; the tables are open-jobs.ts and job-index.ts, the inbox inbox-ports.ts. */
import type { DispatchMessage, UpdateMessage } from "../records/messages.ts";
import type { Notice } from "../records/notice.ts";
import type { JobRecord } from "../records/record.ts";
import type { CallOptions, Versioned } from "./ports.ts";

/** `jobs/{name}/record.json`. */
export interface RecordStore {
  get(name: string, options?: CallOptions): Promise<Versioned<JobRecord> | undefined>;
  /** The commit point: If-None-Match: *. @throws ServiceError `conflict` when the name is taken. */
  create(record: JobRecord, options?: CallOptions): Promise<string>;
  /** @throws ServiceError `conflict` when the record changed or went away meanwhile. */
  replace(record: JobRecord, etag: string, options?: CallOptions): Promise<string>;
  /** Succeeds when it was gone. @throws ServiceError `conflict` when the record changed meanwhile. */
  delete(name: string, etag: string, options?: CallOptions): Promise<void>;
  /** Names of all records, in any order. */
  names(options?: CallOptions): AsyncIterable<string>;
}

/** `jobs/{name}/job.yml`: the dump as submitted, written once. */
export interface DumpStore {
  /** Writes the dump; leaves one that is there as it is. */
  put(name: string, yaml: string, options?: CallOptions): Promise<void>;
  get(name: string, options?: CallOptions): Promise<string | undefined>;
  delete(name: string, options?: CallOptions): Promise<void>;
  /** Where the dump lies, for people: container and path, without account or signature. */
  location(name: string): string;
}

export interface SignedLogUrls {
  /** Log name -> URL with its signature. Never part of a record, message, event or log line. */
  readonly urls: Readonly<Record<string, string>>;
  /** When the first of them stops working (RFC 3339, UTC). */
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
  /** First byte of what is sent. */
  readonly start: number;
  /** Bytes that are sent. */
  readonly length: number;
  readonly etag: string;
  readonly body: AsyncIterable<Uint8Array>;
}

/** A log or an output of a job, opened for one answer. Its body reads from storage as it is consumed. */
export interface JobFile extends FileContent {
  /** A URL that reads the whole file for minutes; undefined where no such URL can be made. */
  url(): Promise<string | undefined>;
  /** Releases the connection to storage of a body that is not read. */
  close(): Promise<void>;
}

export interface FileInfo {
  readonly path: string;
  readonly size: number;
  readonly modified_at: string;
}

/** Files that a job left in a container of ours: `job-logs` or `job-outputs`, under `{name}/`. */
export interface JobFiles {
  list(name: string, options?: CallOptions): Promise<readonly FileInfo[]>;
  /** @throws ServiceError `range_not_satisfiable` when the range starts behind the end. */
  read(name: string, path: string, range?: ByteRange, options?: CallOptions): Promise<FileContent | undefined>;
  /** A URL that reads this one file, and nothing else, until `expires`. */
  sign(name: string, path: string, expires: Date, options?: CallOptions): Promise<string>;
  deleteAll(name: string, options?: CallOptions): Promise<void>;
  /** Adds bytes at the end of a file, which is made when it is not there. `offset` is where they must begin: what is there already is not written twice. */
  append(name: string, path: string, offset: number, bytes: Uint8Array, options?: CallOptions): Promise<void>;
  /** Writes a whole file from disk. */
  upload(name: string, path: string, file: string, options?: CallOptions): Promise<void>;
}

export interface StoredBundle {
  readonly sha256: string;
  readonly etag: string;
  /** When it was written or renewed last (RFC 3339, UTC). */
  readonly renewed_at: string;
}

/** `bundles/{sha256}.zip`: the files of jobs, each zip once, whoever sent it. */
export interface BundleStore {
  /** Writes a zip from disk, or renews the one that is there: nobody takes it for forgotten for a while. */
  put(sha256: string, zip: string, options?: CallOptions): Promise<void>;
  /** Renews a zip; false when it is not there. */
  renew(sha256: string, options?: CallOptions): Promise<boolean>;
  read(sha256: string, options?: CallOptions): Promise<FileContent | undefined>;
  /** Succeeds when it was gone. @throws ServiceError `conflict` when it was renewed meanwhile. */
  delete(sha256: string, etag: string, options?: CallOptions): Promise<void>;
  /** All of them, in any order. */
  list(options?: CallOptions): AsyncIterable<StoredBundle>;
}

/** A container of a storage account that is not ours. */
export interface ForeignContainer {
  readonly url: string;
  /** What opens it: a SAS with its `?`, the account's key, or the app's own identity. */
  readonly access: { readonly sas: string } | { readonly account: string; readonly accountKey: string } | "identity";
}

export interface UploadedFile {
  readonly size: number;
  /** The bytes, from the start each time. */
  content(): AsyncIterable<Uint8Array>;
}

/** Puts files where a backend wants them. */
export interface ContainerUploads {
  /** Writes a file; one that is there stays as it is. */
  put(container: ForeignContainer, path: string, file: UploadedFile, options?: CallOptions): Promise<void>;
}

export interface SendOptions extends CallOptions {
  /** Seconds until the message is seen; 0 by default. */
  readonly delaySeconds?: number;
}

export interface Queues {
  sendDispatch(message: DispatchMessage, options?: SendOptions): Promise<void>;
  sendUpdate(message: UpdateMessage, options?: CallOptions): Promise<void>;
  /** Resolves when the queues can be reached, whether they have been made or not. */
  ready(options?: CallOptions): Promise<void>;
}

/** The notice that storage refuses writes; undefined while it takes them, or while nobody has met a refusal. */
export type StorageTrouble = () => Promise<Notice | undefined>;

/** Finds out whether storage takes what is written. */
export interface StorageProbe {
  /** Writes a blob, a row and a message, and leaves nothing more behind each time. */
  write(options?: CallOptions): Promise<void>;
}
