import { crc32 } from "node:zlib";
import { isServiceError } from "../core/errors.ts";
import type { Issue } from "../core/issues.ts";
import { type BundleLimits, defaultLimits, type PackedFile } from "./bundle-file.ts";
import { entryIssue, errorText, invalidBundle } from "./bundle-issue.ts";
import { costIssues, type IgnoreFileCost, ignoreFileFolder } from "./ignore/ignore-cost.ts";
import { readIgnoreRules } from "./ignore/ignore-file.ts";
import type { Bundle } from "./open-bundle.ts";
import { createYielder } from "./yielder.ts";
import { hasPlausiblePackedSize } from "./zip/unpack.ts";

const maxIssues = 100;
/** A smaller file is read at once: for ten thousand of them, streams would take seconds. */
const smallBytes = 65_536;

/** Unpacks every file once, to nowhere, so that a stored bundle can be unpacked. @throws ServiceError `invalid_bundle` naming every file that cannot. */
export async function checkContents(bundle: Bundle, given: Partial<BundleLimits> = {}): Promise<void> {
  const limits = { ...defaultLimits, ...given };
  const issues: Issue[] = [];
  const costs: IgnoreFileCost[] = [];
  let ignoreBytes = 0;
  const turn = createYielder();
  for (const file of bundle.files) {
    await turn();
    const found = (await contentProblem(bundle, file)) ?? readPatterns(bundle, file, limits);
    if (found !== undefined && "code" in found) issues.push(found);
    else if (found !== undefined) {
      costs.push(found);
      ignoreBytes += file.size;
      if (ignoreBytes > limits.maxIgnoreBytes)
        issues.push(
          entryIssue(file.path, "too_large", `brings the ignore files over ${limits.maxIgnoreBytes} bytes together`),
        );
    }
    if (issues.length >= maxIssues || ignoreBytes > limits.maxIgnoreBytes) break;
  }
  if (issues.length === 0 && costs.length > 0)
    issues.push(...(await costIssues(bundle.files, costs, limits.maxIgnoreSteps)));
  if (issues.length > 0) throw invalidBundle(issues);
}

async function contentProblem(bundle: Bundle, file: PackedFile): Promise<Issue | undefined> {
  let sum = 0;
  try {
    if (file.size <= smallBytes && hasPlausiblePackedSize(file)) sum = crc32(bundle.read(file.path) ?? "");
    else for await (const chunk of bundle.stream(file)) sum = crc32(chunk, sum);
  } catch (error) {
    if (!isServiceError(error, "invalid_bundle")) throw error;
    return error.issues[0] ?? entryIssue(file.path, "unreadable", `cannot be unpacked: ${errorText(error)}`);
  }
  return sum === file.crc32
    ? undefined
    : entryIssue(file.path, "unreadable", "is damaged: its checksum is another one");
}

/** What the patterns of an ignore file cost, or what is wrong with them; undefined for any other file. */
function readPatterns(
  bundle: Bundle,
  { path, size }: PackedFile,
  { maxPatterns }: BundleLimits,
): Issue | IgnoreFileCost | undefined {
  const folder = ignoreFileFolder(path);
  if (folder === undefined) return undefined;
  if (size > smallBytes) return entryIssue(path, "too_large", `has ${size} bytes; at most ${smallBytes} are taken`);
  const content = Buffer.from(bundle.read(path) ?? "").toString();
  const lines = content.split("\n").length;
  if (lines > maxPatterns) return entryIssue(path, "too_large", `has ${lines} lines; at most ${maxPatterns} are taken`);
  return { path, folder, cost: readIgnoreRules(content).cost };
}
