/** Which files of a bundle make up a code asset. @see get_upload_files_from_folder and AdditionalIncludes of the SDK */
import { posix } from "node:path";
import { joinPath } from "../../../../core/job/checks/local-files.ts";

export interface CodeFile {
  /** Its place in the bundle. */
  readonly from: string;
  /** Its path in the code asset. */
  readonly path: string;
}

export interface CodeRequest {
  /** The folder or file, relative to the folder of the job. */
  readonly path: string;
  readonly includes: readonly string[];
}

/** The files below a folder of the bundle, or the file itself; paths are relative to the folder. */
export type FilesBelow = (from: string) => readonly CodeFile[];

/** The files that a code asset may have, before its ignore file; `ruled` is the folder of that, absent for code of one file. `folder` is that of the job. */
export function codeCandidates(
  below: FilesBelow,
  { path, includes }: CodeRequest,
  folder: string,
): { readonly files: readonly CodeFile[]; readonly ruled: string | undefined } {
  const found = new Map<string, CodeFile>();
  const isFile = (from: string, files: readonly CodeFile[]) => files.length === 1 && files[0]?.from === from;
  const add = (from: string | undefined, into: string): boolean => {
    const files = from === undefined ? [] : below(from);
    for (const file of files) {
      const inAsset = into === "" ? file.path : posix.join(into, isFile(from ?? "", files) ? "" : file.path);
      found.set(inAsset, { from: file.from, path: inAsset });
    }
    return isFile(from ?? "", files);
  };
  const code = joinPath(folder, path);
  const alone = add(code, "");
  // Includes lie beside the code, under their own names, and are subject to its ignore file.
  for (const include of includes) add(joinPath(folder, include), posix.basename(include.replace(/(?<!\/)\/+$/, "")));
  return { files: [...found.values()], ruled: alone ? undefined : code };
}
