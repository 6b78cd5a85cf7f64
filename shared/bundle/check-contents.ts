import { crc32 } from "node:zlib";
import { ignoreFiles } from "./ignore-file.ts";
import { type Bundle, type BundleFile, issue, refused } from "./open-bundle.ts";

const maxIssues = 100;
/** Each pattern is tried on each file. */
const maxPatterns = 1000;

/** Unpacks every file once, to nowhere, so that what is stored can be unpacked. @throws ServiceError `invalid_bundle` naming every file that cannot. */
export async function checkContents(bundle: Bundle, signal?: AbortSignal): Promise<void> {
  const issues = [];
  for (const file of bundle.files) {
    signal?.throwIfAborted();
    const problem = (await contentProblem(bundle, file)) ?? patternProblem(bundle, file);
    if (problem !== undefined) issues.push(issue(file.path, ...problem));
    if (issues.length >= maxIssues) break;
  }
  if (issues.length > 0) throw refused(issues);
}

type Problem = readonly [code: string, what: string];

async function contentProblem(bundle: Bundle, file: BundleFile): Promise<Problem | undefined> {
  let sum = 0;
  try {
    for await (const chunk of await bundle.stream(file)) sum = crc32(chunk as Uint8Array, sum);
  } catch (error) {
    return ["unreadable", `cannot be unpacked: ${error instanceof Error ? error.message : String(error)}`];
  }
  return sum === file.crc32 ? undefined : ["unreadable", "is damaged: its checksum is another one"];
}

function patternProblem(bundle: Bundle, { path }: BundleFile): Problem | undefined {
  if (!ignoreFiles.some((name) => path === name || path.endsWith(`/${name}`))) return undefined;
  const lines = Buffer.from(bundle.read(path) ?? "")
    .toString()
    .split("\n").length;
  return lines > maxPatterns ? ["too_large", `has ${lines} lines; at most ${maxPatterns} are taken`] : undefined;
}
