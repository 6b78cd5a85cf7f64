import type { JobFilesReader } from "../../../../shared/core/job/load-job.ts";

/** Files of a bundle by their paths. */
export function bundle(files: Readonly<Record<string, string>>): JobFilesReader {
  const folders = new Set(
    Object.keys(files).flatMap((path) => path.split("/").map((_, at, parts) => parts.slice(0, at).join("/"))),
  );
  return {
    read: (path) => (files[path] === undefined ? undefined : new TextEncoder().encode(files[path])),
    kind: (path) => (files[path] !== undefined ? "file" : folders.has(path) ? "folder" : undefined),
    names: (folder) => {
      const prefix = folder === "" ? "" : `${folder}/`;
      const below = Object.keys(files).filter((path) => path.startsWith(prefix));
      return [...new Set(below.map((path) => path.slice(prefix.length).split("/")[0] ?? ""))];
    },
  };
}
