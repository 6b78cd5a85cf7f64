import { setImmediate } from "node:timers/promises";
import { crc32 } from "node:zlib";
import { isServiceError } from "../core/errors.ts";
import type { Issue } from "../core/issues.ts";
import type { BundleFile } from "./bundle-file.ts";
import { issue, refused } from "./bundle-issue.ts";
import { ignoreFiles } from "./ignore-file.ts";
import type { Bundle } from "./open-bundle.ts";

const maxIssues = 100;
/** Each pattern is tried on each file. */
const maxPatterns = 1000;
/** A smaller file is read at once: for ten thousand of them, streams would take seconds. */
const smallBytes = 65_536;
/** Others get their turn after so many files. */
const filesInTurn = 50;

/** Unpacks every file once, to nowhere, so that what is stored can be unpacked. @throws ServiceError `invalid_bundle` naming every file that cannot. */
export async function checkContents(bundle: Bundle): Promise<void> {
  const issues: Issue[] = [];
  for (const [index, file] of bundle.files.entries()) {
    if (index % filesInTurn === 0) await setImmediate();
    const problem = (await contentProblem(bundle, file)) ?? patternProblem(bundle, file);
    if (problem !== undefined) issues.push(problem);
    if (issues.length >= maxIssues) break;
  }
  if (issues.length > 0) throw refused(issues);
}

async function contentProblem(bundle: Bundle, file: BundleFile): Promise<Issue | undefined> {
  let sum = 0;
  try {
    if (file.size <= smallBytes) sum = crc32(bundle.read(file.path) ?? "");
    else for await (const chunk of await bundle.stream(file)) sum = crc32(chunk as Uint8Array, sum);
  } catch (error) {
    const [known] = isServiceError(error, "invalid_bundle") ? error.issues : [];
    return known ?? issue(file.path, "unreadable", `cannot be unpacked: ${error instanceof Error ? error.message : String(error)}`);
  }
  return sum === file.crc32 ? undefined : issue(file.path, "unreadable", "is damaged: its checksum is another one");
}

function patternProblem(bundle: Bundle, { path, size }: BundleFile): Issue | undefined {
  if (!ignoreFiles.some((name) => path === name || path.endsWith(`/${name}`))) return undefined;
  if (size > smallBytes) return issue(path, "too_large", `has ${size} bytes; at most ${smallBytes} are taken`);
  const lines = Buffer.from(bundle.read(path) ?? "")
    .toString()
    .split("\n").length;
  return lines > maxPatterns ? issue(path, "too_large", `has ${lines} lines; at most ${maxPatterns} are taken`) : undefined;
}
