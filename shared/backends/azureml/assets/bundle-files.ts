/** The files of a bundle that become an asset: the same files that the SDK uploads from a folder. */
import { posix } from "node:path";
import type { PackedFile } from "../../../bundle/bundle-file.ts";
import type { IsIgnored } from "../../../bundle/ignore/ignore-file.ts";
import type { Bundle } from "../../../bundle/open-bundle.ts";
import { createYielder } from "../../../bundle/yield-to-others.ts";
import { joinPath } from "../../../core/job/checks/local-files.ts";
import { BackendRefusal } from "../../../core/ports/backend-port.ts";
import { type CodeFile, type CodeRequest, codeCandidates } from "../rest/asset-ids/code-candidates.ts";
import type { AssetFile } from "./upload-code.ts";

/**
 * The files of a code asset. @param folder the folder of the bundle that the job's paths are relative to
 * @throws BackendRefusal `bundle_not_found` if there are none.
 */
export async function codeAssetFiles(
  bundle: Bundle,
  request: CodeRequest,
  folder: string,
): Promise<readonly AssetFile[]> {
  const packed = new Map<string, PackedFile>();
  const code = joinPath(folder, request.path);
  const rules = code === undefined || bundle.kind(code) !== "folder" ? undefined : bundle.ignoreRules(code);
  const filesBelow = (from: string): readonly CodeFile[] => {
    const isFile = bundle.kind(from) === "file";
    return bundle.filesBelow(from, from === code ? rules : undefined).map(({ path, file }) => {
      const source = isFile ? from : posix.join(from, path);
      packed.set(source, file);
      return { from: source, path };
    });
  };
  const { files, ignoreRoot } = codeCandidates(filesBelow, request, folder);
  const isIgnored = ignoreRoot === undefined ? ignoreNothing : await evaluate(rules ?? ignoreNothing, files);
  const included = files.flatMap(({ from, path }) => {
    const file = packed.get(from);
    return file === undefined || isIgnored(path) ? [] : [{ path, file }];
  });
  return toAssetFiles(bundle, included, request.path);
}

const ignoreNothing: IsIgnored = () => false;

/** A folder or a file of the bundle that is uploaded to a datastore. */
export interface BundleData {
  readonly name: string;
  readonly isFolder: boolean;
  /** All files of the folder, or the one file. */
  readonly files: readonly AssetFile[];
  /** The rules of the folder's ignore file. */
  readonly isIgnored: IsIgnored;
}

/** @throws BackendRefusal `bundle_not_found` if there are no files. */
export async function bundleData(bundle: Bundle, path: string, folder: string): Promise<BundleData> {
  const source = joinPath(folder, path);
  const isFolder = source === "" || (source !== undefined && bundle.kind(source) === "folder");
  const rules = isFolder ? bundle.ignoreRules(source ?? "") : ignoreNothing;
  const files = source === undefined ? [] : bundle.filesBelow(source, rules);
  return {
    name: posix.basename(source ?? "") || "bundle",
    isFolder,
    files: toAssetFiles(bundle, files, path),
    isIgnored: await evaluate(rules, files),
  };
}

/**
 * Evaluates the rules for all files and their parent folders in advance, and yields to the event loop in between,
 * because an evaluation can be slow.
 */
async function evaluate(rules: IsIgnored, files: readonly { readonly path: string }[]): Promise<IsIgnored> {
  if (rules === ignoreNothing) return ignoreNothing;
  const results = new Map<string, boolean>();
  const yieldIfDue = createYielder();
  for (const { path } of files) {
    for (let end = path.length; end > 0; end = path.lastIndexOf("/", end - 1)) {
      const parent = path.slice(0, end);
      if (results.has(parent)) break;
      await yieldIfDue();
      results.set(parent, rules(parent));
    }
  }
  return (path) => results.get(path) ?? rules(path);
}

function toAssetFiles(
  bundle: Bundle,
  files: readonly { readonly path: string; readonly file: PackedFile }[],
  source: string,
): readonly AssetFile[] {
  if (files.length === 0) throw new BackendRefusal("bundle_not_found", `The bundle has no files at ${source}.`);
  return files.map(({ path, file }) => ({ path, size: file.size, content: () => bundle.stream(file) }));
}
