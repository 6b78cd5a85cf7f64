/** The time that ignore files take, before any is tried: a zip can have many patterns, many files, and long names of both. */
import type { Issue } from "../../core/issues.ts";
import type { BundleFile } from "../bundle-file.ts";
import { entryIssue } from "../bundle-issue.ts";
import { createYielder } from "../yielder.ts";
import { ignoreFiles } from "./ignore-file.ts";

export interface IgnoreFileCost {
  readonly path: string;
  readonly folder: string;
  /** Steps that one letter of a path takes. */
  readonly cost: number;
}

/** The folder whose ignore file this is; undefined for any other file. */
export function ignoreFileFolder(path: string): string | undefined {
  const end = path.lastIndexOf("/");
  return ignoreFiles.some((name) => name === path.slice(end + 1)) ? path.slice(0, Math.max(0, end)) : undefined;
}

/** The issue of the ignore file whose patterns bring the steps of all over `maxSteps`; none when they stay below. */
export async function costIssues(
  files: readonly BundleFile[],
  costs: readonly IgnoreFileCost[],
  maxSteps: number,
): Promise<readonly Issue[]> {
  const below = new Map(costs.map(({ folder }) => [folder, { files: 0, letters: 0 }]));
  const turn = createYielder();
  for (const { path } of files) {
    await turn();
    for (let end = path.lastIndexOf("/"); ; end = path.lastIndexOf("/", end - 1)) {
      const counted = below.get(path.slice(0, Math.max(0, end)));
      if (counted !== undefined) {
        counted.files += 1;
        counted.letters += path.length - end;
      }
      if (end <= 0) break;
    }
  }
  let steps = 0;
  for (const { path, folder, cost } of costs) {
    const counted = below.get(folder) ?? { files: 0, letters: 0 };
    steps += cost * counted.letters;
    if (steps > maxSteps) return [costIssue(path, counted.files)];
  }
  return [];
}

/** The issue of patterns that would take too long. */
export function costIssue(path: string, files: number): Issue {
  return entryIssue(
    path,
    "too_large",
    `has patterns that would take too long on the ${files} files below it; use fewer wildcards, fewer patterns or fewer files`,
  );
}
