import type { Issue, Warning } from "../../core/issues.ts";
import { entryIssue, invalidBundle } from "../bundle-issue.ts";
import type { IsIgnored } from "../ignore/ignore-file.ts";
import type { Link, UnresolvedReason } from "../zip/file-tree.ts";

const maxIssues = 100;
const maxShownTarget = 300;

interface UnresolvedLink {
  /** Path that the ignore rules apply to; absent for a path that the job names. */
  readonly path?: string;
  readonly link: Link;
  readonly why: UnresolvedReason;
}

/** @throws ServiceError `invalid_bundle` for links out of the zip or in a circle, unless their path is ignored. */
export function rejectInvalidLinks(links: readonly UnresolvedLink[], isIgnored: IsIgnored = () => false): void {
  const issues: Issue[] = [];
  for (const { path, link, why } of links) {
    // Patterns for folders match only paths below a folder, and the link may lead to a folder.
    if (why === "nothing" || (path !== undefined && (isIgnored(path) || isIgnored(`${path}/x`)))) continue;
    if (issues.length < maxIssues) issues.push(issueOf(link, why));
  }
  if (issues.length > 0) throw invalidBundle(issues);
}

function issueOf({ path, target = "" }: Link, why: "out" | "loop"): Issue {
  const shown = JSON.stringify(target.slice(0, maxShownTarget));
  const where = why === "out" ? "out of the zip" : "in a circle";
  const how = "replace the link with the file itself, or add it to the ignore file";
  const what = `is a symbolic link to ${shown}, which leads ${where}, and the job reads it; ${how}`;
  return entryIssue(path, "not_a_file", what);
}

/** A warning for each link that the job does not read or that does not resolve. */
export function skippedLinkWarnings(links: readonly Link[]): readonly Warning[] {
  const skipped = links.filter(({ isUsed, resolved }) => !isUsed || typeof resolved === "string");
  return skipped
    .slice(0, maxIssues)
    .map((link) => ({ ...entryIssue(link.path, "link_skipped", whySkipped(link)), blocks_submission: false }));
}

function whySkipped({ isUsed, target, resolved }: Link): string {
  if (!isUsed || resolved !== "nothing") return "is a symbolic link that the job does not read; it is skipped";
  const shown = target === undefined ? "a very long path" : JSON.stringify(target.slice(0, maxShownTarget));
  return `is a symbolic link to ${shown}, which is not in the zip; it is skipped`;
}
