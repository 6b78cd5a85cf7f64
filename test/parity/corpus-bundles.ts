/** Public jobs that refer to local files, each with a zip of the common folder of these files, as a client sends it. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, extname, join, posix, relative } from "node:path";
import { checkContents } from "../../shared/bundle/check-contents.ts";
import { type Bundle, openBundle } from "../../shared/bundle/open-bundle.ts";
import { type JobFilesReader, loadJob } from "../../shared/core/job/load-job.ts";
import { zipOf } from "../support/zip.ts";
import { corpusFolder, type JudgedCase, judgedCases } from "./suites.ts";

export interface CorpusBundle extends JudgedCase {
  readonly zip: Buffer;
  readonly files: Bundle;
}

const corpusFiles: readonly string[] = readdirSync(corpusFolder, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map(({ parentPath, name }) => relative(corpusFolder, join(parentPath, name)).replaceAll("\\", "/"));

/** The paths, relative to the corpus, that a job refers to. */
function pathsOf({ yaml, files, folder }: JudgedCase): readonly string[] {
  const asked = new Set<string>();
  const asking: JobFilesReader = {
    kind: (path) => {
      asked.add(path);
      return files.kind(path);
    },
    read: (path) => files.read(path),
  };
  loadJob(yaml, { files: asking, folder });
  return [...asked];
}

/** The path of an empty file in place of code or data that is not stored here; undefined if it is. */
function placeholder(path: string, files: JobFilesReader): string | undefined {
  if (corpusFiles.some((file) => file === path || file.startsWith(`${path}/`))) return undefined;
  return files.kind(path) === "folder" || extname(path) === "" ? `${path}/placeholder` : path;
}

function commonFolder(folders: readonly string[]): string {
  const [first = [], ...others] = folders.map((folder) => folder.split("/"));
  const length = first.findIndex((part, index) => others.some((other) => other[index] !== part));
  return first.slice(0, length < 0 ? first.length : length).join("/");
}

async function bundleOf(each: JudgedCase, path: string): Promise<CorpusBundle | undefined> {
  const paths = pathsOf(each);
  if (paths.length === 0) return undefined;
  const made = paths.flatMap((asked) => placeholder(asked, each.files) ?? []);
  const root = commonFolder([
    each.folder,
    ...paths.map((asked) => (corpusFiles.includes(asked) || made.includes(asked) ? posix.dirname(asked) : asked)),
  ]);
  // A job with data far away has no common folder with it; the whole corpus would be too much.
  const inRoot = (file: string): boolean => file.startsWith(`${root === "" ? each.folder : root}/`);
  const kept = corpusFiles
    .filter(inRoot)
    .map((file) => [posix.relative(root, file), readFileSync(join(corpusFolder, file))] as const);
  const zip = zipOf(Object.fromEntries([...kept, ...made.map((file) => [posix.relative(root, file), ""] as const)]));
  writeFileSync(path, zip);
  const files = await openBundle(path);
  await checkContents(files);
  return { ...each, files, folder: posix.relative(root, each.folder), zip };
}

/** Opens every bundle; their files are deleted when this process ends. */
export async function corpusBundles(): Promise<readonly CorpusBundle[]> {
  const folder = mkdtempSync(join(tmpdir(), "jobgate-corpus-"));
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  const bundles = await Promise.all(
    judgedCases("corpus").map((each, index) => bundleOf(each, join(folder, `${index}.zip`))),
  );
  return bundles.filter((bundle) => bundle !== undefined);
}

/** The same cases, unpacked below a folder, for readers of the disk. */
export function unpacked(bundles: readonly CorpusBundle[], below: string): readonly JudgedCase[] {
  return bundles.map((bundle, index) => {
    const root = join(below, String(index));
    for (const { path } of bundle.files.files) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), bundle.files.read(path) ?? "");
    }
    return { ...bundle, base: join(root, bundle.folder) };
  });
}
