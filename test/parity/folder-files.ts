import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import type { JobFilesReader } from "../../shared/core/job/load-job.ts";

/** The files below a folder, as a bundle provides them; the folders `made` count as existing. */
export function folderFiles(root: string, made: ReadonlySet<string> = new Set()): JobFilesReader {
  return {
    kind(path) {
      if (made.has(path)) return "folder";
      const stats = statSync(join(root, path), { throwIfNoEntry: false });
      return stats === undefined ? undefined : stats.isDirectory() ? "folder" : "file";
    },
    read: (path) =>
      statSync(join(root, path), { throwIfNoEntry: false })?.isFile() === true
        ? readFileSync(join(root, path))
        : undefined,
  };
}
