import type { Issue, Warning } from "../../core/issues.ts";
import { entryIssue, invalidBundle } from "../bundle-issue.ts";
import type { IsIgnored } from "../ignore/ignore-file.ts";
import type { Link, UnresolvedReason } from "../zip/file-tree.ts";

const maxIssues = 100;

interface AstrayLink {
  /** The path that the rules look at; absent for a path that the job names. */
  readonly path?: string;
  readonly link: Link;
  readonly why: UnresolvedReason;
}

/** @throws ServiceError `invalid_bundle` for links that lead out of the zip or in a circle, unless their path is ignored. */
export function rejectInvalidLinks(astray: readonly AstrayLink[], isIgnored: IsIgnored = () => false): void {
  const issues: Issue[] = [];
  for (const { path, link, why } of astray) {
    // A pattern for folders needs a path below, and the target of such a link is unknown.
    if (why === "nothing" || (path !== undefined && (isIgnored(path) || isIgnored(`${path}/x`)))) continue;
    if (issues.length < maxIssues) issues.push(issueOf(link, why));
  }
  if (issues.length > 0) throw invalidBundle(issues);
}

function issueOf({ path, target = "" }: Link, why: "out" | "loop"): Issue {
  const where = why === "out" ? "out of the zip" : "in a circle";
  const how = `is a symbolic link to ${JSON.stringify(target.slice(0, 300))}, which leads ${where}, and the job reads it; put the file itself in its place, or name it in the ignore file`;
  return entryIssue(path, "not_a_file", how);
}

/** A warning for each link that nothing reads, and for each that leads to no file or folder and need not. */
export function skippedLinkWarnings(links: readonly Link[]): readonly Warning[] {
  const skipped = links.filter(({ isUsed: read, resolved: leads }) => !read || typeof leads === "string");
  return skipped
    .slice(0, maxIssues)
    .map((link) => ({ ...entryIssue(link.path, "link_skipped", whySkipped(link)), blocks_submission: false }));
}

function whySkipped({ isUsed: read, target, resolved: leads }: Link): string {
  if (!read || leads !== "nothing") return "is a symbolic link that the job does not read; it is left out";
  const named = target === undefined ? "a very long path" : JSON.stringify(target.slice(0, 300));
  return `is a symbolic link to ${named}, which is not in the zip; it is left out`;
}
