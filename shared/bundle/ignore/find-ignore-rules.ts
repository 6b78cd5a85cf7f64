import { type IgnoreRules, ignoreFiles, readIgnoreRules } from "./ignore-file.ts";

/** The path of an ignore file and its rules. Without an ignore file, no path and rules that ignore nothing. */
export interface FoundRules extends IgnoreRules {
  readonly path?: string;
}

/** The rules of the ignore file of a folder. @param read returns the content of a file, or undefined. */
export function findIgnoreRules(read: (path: string) => Uint8Array | undefined, folder: string): FoundRules {
  for (const name of ignoreFiles) {
    const path = folder === "" ? name : `${folder}/${name}`;
    const content = read(path);
    if (content !== undefined) return { path, ...readIgnoreRules(Buffer.from(content).toString()) };
  }
  return { isIgnored: () => false, cost: 0 };
}
