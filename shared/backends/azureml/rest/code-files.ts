/** Which files of a bundle make up a code asset. @see get_upload_files_from_folder and AdditionalIncludes of the SDK */
import { posix } from "node:path";
import { joinPath } from "../../../core/job/local-files.ts";

export interface CodeFile {
  /** Its place in the bundle. */
  readonly from: string;
  /** Its path in the code asset. */
  readonly path: string;
}

interface CodeRequest {
  /** The folder or file, relative to the folder of the job. */
  readonly path: string;
  readonly includes: readonly string[];
}

/** The rules of the ignore file that lies at the top of a folder of the bundle: true for a path below it that is left out. */
export type IgnoreRules = (folder: string) => (path: string) => boolean;

/** The files of a code asset, of all that are in the bundle. `folder` is that of the job. */
export function codeFiles(all: readonly string[], { path, includes }: CodeRequest, folder: string, rules: IgnoreRules): readonly CodeFile[] {
  const found = new Map<string, CodeFile>();
  const add = (from: string | undefined, into: string, isIgnored: (path: string) => boolean): void => {
    for (const file of from === undefined ? [] : filesOf(all, from)) {
      const inAsset = into === "" ? file.path : posix.join(into, file.path === posix.basename(file.from) && file.from === from ? "" : file.path);
      if (!isIgnored(inAsset)) found.set(inAsset, { from: file.from, path: inAsset });
    }
  };
  const code = joinPath(folder, path);
  const isIgnored = code === undefined || all.includes(code) ? () => false : rules(code);
  add(code, "", isIgnored);
  // What is taken in besides lies beside the code, under its own name, and keeps to the rules of the code.
  for (const include of includes) add(joinPath(folder, include), posix.basename(include.replace(/(?<!\/)\/+$/, "")), isIgnored);
  return [...found.values()];
}

/** The files below a folder, or the file itself; paths are relative to the folder. */
export function filesOf(all: readonly string[], from: string): readonly CodeFile[] {
  if (all.includes(from)) return [{ from, path: posix.basename(from) }];
  const above = from === "" ? "" : `${from}/`;
  return all.flatMap((each) => (each.startsWith(above) ? [{ from: each, path: each.slice(above.length) }] : []));
}
