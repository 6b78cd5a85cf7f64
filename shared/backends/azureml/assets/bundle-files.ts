/** Files of a bundle that become an asset: those that the SDK would take from a folder. */
import { posix } from "node:path";
import type { PackedFile } from "../../../bundle/bundle-file.ts";
import type { IsIgnored } from "../../../bundle/ignore/ignore-file.ts";
import type { Bundle } from "../../../bundle/open-bundle.ts";
import { createYielder } from "../../../bundle/yielder.ts";
import { joinPath } from "../../../core/job/checks/local-files.ts";
import { BackendRefusal } from "../../../core/ports/backend-port.ts";
import { type CodeFile, codeCandidates } from "../rest/asset-ids/code-candidates.ts";
import type { AssetFile } from "./upload-code.ts";

/** The files of a code asset. @param folder the folder of the bundle that paths start from. */
export async function codeAssetFiles(
  bundle: Bundle,
  request: { readonly path: string; readonly includes: readonly string[] },
  folder: string,
): Promise<readonly AssetFile[]> {
  const packed = new Map<string, PackedFile>();
  const code = joinPath(folder, request.path);
  const rules = code === undefined || bundle.kind(code) !== "folder" ? undefined : bundle.ignoreRules(code);
  const below = (from: string): readonly CodeFile[] => {
    const alone = bundle.kind(from) === "file";
    return bundle.filesBelow(from, from === code ? rules : undefined).map(({ path, file }) => {
      const place = alone ? from : posix.join(from, path);
      packed.set(place, file);
      return { from: place, path };
    });
  };
  const { files, ruled } = codeCandidates(below, request, folder);
  const isIgnored = ruled === undefined ? nothing : await judged(rules ?? nothing, files);
  return assetFiles(
    bundle,
    files.flatMap(({ from, path }) => {
      const file = packed.get(from);
      return file === undefined || isIgnored(path) ? [] : [{ path, file }];
    }),
    request.path,
  );
}

const nothing: IsIgnored = () => false;

/** A folder or a file of the bundle, as it goes to a datastore. */
export interface BundleData {
  readonly name: string;
  readonly folder: boolean;
  /** All files of the folder, or the one file. */
  readonly files: readonly AssetFile[];
  /** What the folder's ignore file leaves out. */
  readonly isIgnored: IsIgnored;
}

export async function bundleData(bundle: Bundle, path: string, start: string): Promise<BundleData> {
  const from = joinPath(start, path);
  const folder = from === "" || (from !== undefined && bundle.kind(from) === "folder");
  const rules = folder ? bundle.ignoreRules(from ?? "") : nothing;
  const files = from === undefined ? [] : bundle.filesBelow(from, rules);
  return {
    name: posix.basename(from ?? "") || "bundle",
    folder,
    files: assetFiles(bundle, files, path),
    isIgnored: await judged(rules, files),
  };
}

/** The rules, tried on all files and the folders around them while other calls have their turn: each try takes a while. */
async function judged(rules: IsIgnored, files: readonly { readonly path: string }[]): Promise<IsIgnored> {
  if (rules === nothing) return nothing;
  const answers = new Map<string, boolean>();
  const turn = createYielder();
  for (const { path } of files) {
    for (let end = path.length; end > 0; end = path.lastIndexOf("/", end - 1)) {
      const each = path.slice(0, end);
      if (answers.has(each)) break;
      await turn();
      answers.set(each, rules(each));
    }
  }
  return (path) => answers.get(path) ?? rules(path);
}

function assetFiles(
  bundle: Bundle,
  found: readonly { readonly path: string; readonly file: PackedFile }[],
  path: string,
): readonly AssetFile[] {
  if (found.length === 0) throw new BackendRefusal("bundle_not_found", `The bundle has no files at ${path}.`);
  return found.map(({ path: inAsset, file }) => ({
    path: inAsset,
    size: file.size,
    content: () => bundle.stream(file),
  }));
}
