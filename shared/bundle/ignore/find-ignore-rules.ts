import { type IgnoreRules, ignoreFiles, readIgnoreRules } from "./ignore-file.ts";

/** An ignore file, by its path, and its rules; absent and without any where a folder has none. */
export interface FoundRules extends IgnoreRules {
  readonly path?: string;
}

/** The rules of the ignore file at the top of a folder. @param read the content of a file, or undefined. */
export function findIgnoreRules(read: (path: string) => Uint8Array | undefined, folder: string): FoundRules {
  for (const name of ignoreFiles) {
    const path = folder === "" ? name : `${folder}/${name}`;
    const content = read(path);
    if (content !== undefined) return { path, ...readIgnoreRules(Buffer.from(content).toString()) };
  }
  return { isIgnored: () => false, cost: 0 };
}
