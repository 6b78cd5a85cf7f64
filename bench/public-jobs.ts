import { type JobFilesReader, loadJob } from "../shared/core/job/load-job.ts";
import { judgedCases } from "../test/parity/suites.ts";

/** A public job and the files beside it, in memory. */
export interface PublicJob {
  readonly id: string;
  readonly text: string;
  readonly folder: string;
  readonly files: JobFilesReader;
  /** Text of the job and of each file that becomes part of it. */
  readonly texts: readonly string[];
}

/** The public jobs that load. Their files are read once, so that the disk is not measured. */
export function publicJobs(): readonly PublicJob[] {
  return judgedCases("corpus").flatMap(({ id, yaml, folder, files }) => {
    const kinds = new Map<string, "file" | "folder" | undefined>();
    const contents = new Map<string, Uint8Array | undefined>();
    const first: JobFilesReader = {
      kind(path) {
        kinds.set(path, files.kind(path));
        return kinds.get(path);
      },
      read(path) {
        contents.set(path, files.read(path));
        return contents.get(path);
      },
    };
    if (loadJob(yaml, { files: first, folder }).job === undefined) return [];
    const texts = [yaml, ...[...contents.values()].map((bytes) => new TextDecoder().decode(bytes))];
    return [
      { id, text: yaml, folder, files: { kind: (path) => kinds.get(path), read: (path) => contents.get(path) }, texts },
    ];
  });
}

/** Loads, checks and dumps a job. */
export function loadAndDump({ text, files, folder }: PublicJob): void {
  loadJob(text, { files, folder }).job?.toYaml();
}
