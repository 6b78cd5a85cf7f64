/** Estimates the time that the ignore files of a zip take, which grows with the product of patterns and paths. */
import type { Issue } from "../../core/issues.ts";
import type { BundleFile } from "../bundle-file.ts";
import { entryIssue } from "../bundle-issue.ts";
import { createYielder } from "../yield-to-others.ts";
import { ignoreFiles } from "./ignore-file.ts";

export interface IgnoreFileCost {
  readonly path: string;
  readonly folder: string;
  /** Steps for one character of a path. @see BundleLimits.maxIgnoreSteps */
  readonly cost: number;
}

/** The folder that an ignore file applies to; undefined for any other file. */
export function ignoreFileFolder(path: string): string | undefined {
  const end = path.lastIndexOf("/");
  return ignoreFiles.some((name) => name === path.slice(end + 1)) ? path.slice(0, Math.max(0, end)) : undefined;
}

/** The issue of the ignore file with which the total number of steps exceeds `maxSteps`; none within the limit. */
export async function costIssues(
  files: readonly BundleFile[],
  costs: readonly IgnoreFileCost[],
  maxSteps: number,
): Promise<readonly Issue[]> {
  if (costs.length === 0) return [];
  const below = new Map(costs.map(({ folder }) => [folder, { files: 0, characters: 0 }]));
  const yieldIfDue = createYielder();
  for (const { path } of files) {
    await yieldIfDue();
    for (let end = path.lastIndexOf("/"); ; end = path.lastIndexOf("/", end - 1)) {
      const counted = below.get(path.slice(0, Math.max(0, end)));
      if (counted !== undefined) {
        counted.files += 1;
        counted.characters += path.length - end;
      }
      if (end <= 0) break;
    }
  }
  let steps = 0;
  for (const { path, folder, cost } of costs) {
    const counted = below.get(folder) ?? { files: 0, characters: 0 };
    steps += cost * counted.characters;
    if (steps > maxSteps) return [costIssue(path, counted.files)];
  }
  return [];
}

/** The issue of patterns that would take too long. */
export function costIssue(path: string, files: number): Issue {
  const fix = "use fewer wildcards, fewer patterns or fewer files";
  return entryIssue(
    path,
    "too_large",
    `has patterns that would take too long on the ${files} files in its folder; ${fix}`,
  );
}
