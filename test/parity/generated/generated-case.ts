import { join } from "node:path";
import type { JobFilesReader } from "../../../shared/core/job/load-job.ts";
import { folderFiles } from "../folder-files.ts";

/** A generated case: a job and the files that it adds to `test/data/parity/files`. */
export interface GeneratedCase {
  readonly id: string;
  readonly yaml: string;
  readonly files?: Readonly<Record<string, string>>;
}

/** A generated case with the answers of the SDK. */
export interface AnsweredCase extends GeneratedCase {
  /** The message of the SDK that does not load the job. */
  readonly load?: string;
  /** The message of the SDK's client that loads the job, and does not send it. */
  readonly submit?: string;
  /** Paths at which the body of the dump differs from the body of the job; a message if the dump is not sent. */
  readonly again?: readonly string[];
}

/** The folder with the files of all cases. */
export const commonFolder = join(import.meta.dirname, "../../data/parity/files");

const common = folderFiles(commonFolder);

export function filesOfCase({ files = {} }: GeneratedCase): JobFilesReader {
  return {
    kind: (path) => (Object.hasOwn(files, path) ? "file" : common.kind(path)),
    read: (path) => (Object.hasOwn(files, path) ? Buffer.from(files[path] ?? "") : common.read(path)),
  };
}
