import type { Issue, Warning } from "../../core/issues.ts";
import { entryIssue, invalidBundle } from "../bundle-issue.ts";
import type { IsIgnored } from "../ignore/ignore-file.ts";
import type { Link, UnresolvedReason } from "../zip/file-tree.ts";

const maxIssues = 100;
const maxShownTarget = 300;

interface UnresolvedLink {
  /** Path that the ignore rules apply to; absent for a path in the job. */
  readonly path?: string;
  readonly link: Link;
  readonly reason: UnresolvedReason;
}

/** @throws ServiceError `invalid_bundle` for circular links and links to paths outside the zip that are not ignored. */
export function rejectInvalidLinks(links: readonly UnresolvedLink[], isIgnored: IsIgnored = () => false): void {
  const issues: Issue[] = [];
  for (const { path, link, reason } of links) {
    // Patterns for folders match only paths below a folder, and the link target may be a folder.
    if (reason === "missing" || (path !== undefined && (isIgnored(path) || isIgnored(`${path}/x`)))) continue;
    if (issues.length < maxIssues) issues.push(issueOf(link, reason));
  }
  if (issues.length > 0) throw invalidBundle(issues);
}

function issueOf({ path, target = "" }: Link, reason: "outside" | "cycle"): Issue {
  const shown = JSON.stringify(target.slice(0, maxShownTarget));
  const kind =
    reason === "outside" ? `a symbolic link to ${shown} outside the zip` : `a circular symbolic link to ${shown}`;
  const fix = "replace the link with the file itself, or add it to the ignore file";
  return entryIssue(path, "not_a_file", `is ${kind}, and the job reads it; ${fix}`);
}

/** A warning for each link that the job does not read or that does not resolve. */
export function skippedLinkWarnings(links: readonly Link[]): readonly Warning[] {
  const skipped = links.filter(({ isUsed, resolved }) => !isUsed || typeof resolved === "string");
  return skipped
    .slice(0, maxIssues)
    .map((link) => ({ ...entryIssue(link.path, "link_skipped", skipReason(link)), blocks_submission: false }));
}

function skipReason({ isUsed, target, resolved }: Link): string {
  if (!isUsed || resolved !== "missing") return "is a symbolic link that the job does not read; it is skipped";
  const shown = target === undefined ? "a very long path" : JSON.stringify(target.slice(0, maxShownTarget));
  return `is a symbolic link to ${shown}, which is not in the zip; it is skipped`;
}
