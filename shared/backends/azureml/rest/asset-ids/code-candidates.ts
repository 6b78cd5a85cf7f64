/**
 * The files of a bundle that belong to a code asset.
 * @see get_upload_files_from_folder and AdditionalIncludes of the SDK
 */
import { posix } from "node:path";
import { joinPath } from "../../../../core/job/checks/local-files.ts";

export interface CodeFile {
  /** Path in the bundle. */
  readonly from: string;
  /** Path in the code asset. */
  readonly path: string;
}

export interface CodeRequest {
  /** The folder or file, relative to the folder of the job. */
  readonly path: string;
  /** Further folders or files, relative to the folder of the job. */
  readonly includes: readonly string[];
}

/** Returns the files below a folder of the bundle, with paths relative to it, or the file itself. */
export type ListFiles = (from: string) => readonly CodeFile[];

export interface CodeCandidates {
  readonly files: readonly CodeFile[];
  /** The folder whose ignore file applies to all of the files; undefined if the code is a single file. */
  readonly ignoreRoot: string | undefined;
}

/** The files of a code asset before its ignore file is applied. @param folder the folder of the job in the bundle */
export function codeCandidates(listFiles: ListFiles, { path, includes }: CodeRequest, folder: string): CodeCandidates {
  const filesByPath = new Map<string, CodeFile>();
  /** Adds a folder or file; returns whether it is a file. */
  const add = (from: string | undefined, target: string): boolean => {
    const files = from === undefined ? [] : listFiles(from);
    const isFile = files.length === 1 && files[0]?.from === (from ?? "");
    for (const file of files) {
      const inAsset = target === "" ? file.path : posix.join(target, isFile ? "" : file.path);
      filesByPath.set(inAsset, { from: file.from, path: inAsset });
    }
    return isFile;
  };
  const code = joinPath(folder, path);
  const isSingleFile = add(code, "");
  // Includes are placed beside the code under their own names, and the ignore file of the code applies to them.
  for (const include of includes) add(joinPath(folder, include), posix.basename(include.replace(/(?<!\/)\/+$/, "")));
  return { files: [...filesByPath.values()], ignoreRoot: isSingleFile ? undefined : code };
}
