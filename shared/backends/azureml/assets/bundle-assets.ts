/** What of a bundle becomes an asset: its files as the SDK would take them from a folder. */
import { posix } from "node:path";
import { type IsIgnored, ignoreFiles, readIgnoreFile } from "../../../bundle/ignore-file.ts";
import type { Bundle } from "../../../bundle/open-bundle.ts";
import { BackendRefusal } from "../../../core/backend-port.ts";
import { joinPath } from "../../../core/job/local-files.ts";
import { type CodeFile, codeFiles, filesOf } from "../rest/code-files.ts";
import type { AssetFile } from "./upload-code.ts";

/** The files of a code asset. @param folder the folder of the bundle that paths start from. */
export function codeOf(bundle: Bundle, request: { readonly path: string; readonly includes: readonly string[] }, folder: string): readonly AssetFile[] {
  const paths = bundle.files.map(({ path }) => path);
  return assetFiles(
    bundle,
    codeFiles(paths, request, folder, (code) => ignoreRules(bundle, code)),
    request.path,
  );
}

/** A folder or a file of the bundle, as it goes to a datastore. */
export interface BundleData {
  readonly name: string;
  readonly folder: boolean;
  /** All files of the folder, or the one file. */
  readonly files: readonly AssetFile[];
  /** What the folder's ignore file leaves out. */
  readonly isIgnored: IsIgnored;
}

export function dataOf(bundle: Bundle, path: string, start: string): BundleData {
  const from = joinPath(start, path);
  const folder = from === "" || (from !== undefined && bundle.kind(from) === "folder");
  const paths = bundle.files.map((file) => file.path);
  const files = assetFiles(bundle, from === undefined ? [] : filesOf(paths, from), path);
  return { name: posix.basename(from ?? "") || "bundle", folder, files, isIgnored: folder ? ignoreRules(bundle, from ?? "") : () => false };
}

function assetFiles(bundle: Bundle, found: readonly CodeFile[], path: string): readonly AssetFile[] {
  if (found.length === 0) throw new BackendRefusal("bundle_not_found", `The bundle has no files at ${path}.`);
  return found.flatMap(({ from, path: inAsset }) => {
    const file = bundle.files.find((each) => each.path === from);
    return file === undefined ? [] : [{ path: inAsset, size: file.size, content: () => contentOf(bundle, from) }];
  });
}

async function* contentOf(bundle: Bundle, path: string): AsyncGenerator<Uint8Array> {
  const file = bundle.files.find((each) => each.path === path);
  if (file !== undefined) yield* (await bundle.stream(file)) as AsyncIterable<Uint8Array>;
}

/** The rules of the ignore file at the top of a folder. */
function ignoreRules(bundle: Bundle, folder: string): IsIgnored {
  const file = ignoreFiles.map((name) => posix.join(folder, name)).find((path) => bundle.kind(path) === "file");
  return file === undefined ? () => false : readIgnoreFile(Buffer.from(bundle.read(file) ?? "").toString());
}
