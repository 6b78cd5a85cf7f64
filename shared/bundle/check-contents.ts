import { crc32 } from "node:zlib";
import { isServiceError } from "../core/errors.ts";
import type { Issue } from "../core/issues.ts";
import { type BundleLimits, defaultLimits, type PackedFile } from "./bundle-file.ts";
import { entryIssue, invalidBundle } from "./bundle-issue.ts";
import { costIssues, type IgnoreFileCost, ignoreFileFolder } from "./ignore/ignore-cost.ts";
import { readIgnoreRules } from "./ignore/ignore-file.ts";
import type { Bundle } from "./open-bundle.ts";
import { createYielder } from "./yield-to-others.ts";
import { hasPlausiblePackedSize } from "./zip/unpack.ts";

const maxIssues = 100;
/** Files up to this size are unpacked at once, because streams would take seconds for thousands of files. */
const smallBytes = 65_536;

/**
 * Unpacks every file once and discards the bytes, so that only complete and undamaged bundles are stored.
 * @throws ServiceError `invalid_bundle` with an issue for each invalid file.
 */
export async function checkContents(bundle: Bundle, overrides: Partial<BundleLimits> = {}): Promise<void> {
  const limits = { ...defaultLimits, ...overrides };
  const issues: Issue[] = [];
  const ignoreFiles: IgnoreFileCost[] = [];
  let ignoreBytes = 0;
  const yieldIfDue = createYielder();
  for (const file of bundle.files) {
    await yieldIfDue();
    try {
      await checkContent(bundle, file);
      const ignoreFile = readIgnoreFile(bundle, file, limits);
      if (ignoreFile !== undefined) {
        ignoreBytes += file.size;
        ignoreFiles.push(ignoreFile);
      }
    } catch (error) {
      if (!isServiceError(error, "invalid_bundle")) throw error;
      issues.push(...error.issues);
    }
    if (ignoreBytes > limits.maxIgnoreBytes) {
      const problem = `exceeds the limit of ${limits.maxIgnoreBytes} bytes for all ignore files`;
      issues.push(entryIssue(file.path, "too_large", problem));
      break;
    }
    if (issues.length >= maxIssues) break;
  }
  if (issues.length === 0) issues.push(...(await costIssues(bundle.files, ignoreFiles, limits.maxIgnoreSteps)));
  if (issues.length > 0) throw invalidBundle(issues);
}

/** @throws ServiceError `invalid_bundle` for a file that cannot be unpacked or is damaged. */
async function checkContent(bundle: Bundle, file: PackedFile): Promise<void> {
  let checksum = 0;
  if (file.size <= smallBytes && hasPlausiblePackedSize(file)) checksum = crc32(bundle.read(file.path) ?? "");
  else for await (const chunk of bundle.stream(file)) checksum = crc32(chunk, checksum);
  if (checksum !== file.crc32)
    throw invalidBundle([entryIssue(file.path, "unreadable", "is damaged: its checksum does not match")]);
}

/**
 * Parses an ignore file; undefined for any other file.
 * @throws ServiceError `invalid_bundle` for an ignore file that is too large.
 */
function readIgnoreFile(
  bundle: Bundle,
  { path, size }: PackedFile,
  { maxPatterns }: BundleLimits,
): IgnoreFileCost | undefined {
  const folder = ignoreFileFolder(path);
  if (folder === undefined) return undefined;
  const tooLarge = (problem: string) => invalidBundle([entryIssue(path, "too_large", problem)]);
  if (size > smallBytes) throw tooLarge(`has ${size} bytes; at most ${smallBytes} are allowed`);
  const content = Buffer.from(bundle.read(path) ?? "").toString();
  const lines = content.split("\n").length;
  if (lines > maxPatterns) throw tooLarge(`has ${lines} lines; at most ${maxPatterns} are allowed`);
  return { path, folder, cost: readIgnoreRules(content).cost };
}
