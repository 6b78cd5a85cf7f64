/** Selects the files of a code asset from a list of paths. */
import { posix } from "node:path";
import {
  type CodeFile,
  type CodeRequest,
  codeCandidates,
  type ListFiles,
} from "../../shared/backends/azureml/rest/asset-ids/code-candidates.ts";
import type { IsIgnored } from "../../shared/bundle/ignore/ignore-file.ts";

/** The rules of the ignore file of a folder: true for an ignored path. */
type RulesOf = (folder: string) => IsIgnored;

/** The files of a code asset. */
export function codeFiles(below: ListFiles, request: CodeRequest, folder: string, rules: RulesOf): readonly CodeFile[] {
  const { files, ignoreRoot } = codeCandidates(below, request, folder);
  const isIgnored = ignoreRoot === undefined ? () => false : rules(ignoreRoot);
  return files.filter(({ path }) => !isIgnored(path));
}

/** The files of a list that are below a folder. */
export function filesOf(all: readonly string[], from: string): readonly CodeFile[] {
  if (all.includes(from)) return [{ from, path: posix.basename(from) }];
  const above = from === "" ? "" : `${from}/`;
  return all.flatMap((each) => (each.startsWith(above) ? [{ from: each, path: each.slice(above.length) }] : []));
}
