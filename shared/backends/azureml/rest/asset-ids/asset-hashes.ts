/** Content hashes that identify uploaded and registered assets, computed as by the SDK. */
import { createHash, type Hash } from "node:crypto";
import { toJson } from "../../../../core/yaml/to-json.ts";
import type { Mapping, Value } from "../../../../core/yaml/value.ts";
import { pythonJson } from "../values/python-json.ts";
import { pythonYaml } from "../values/python-yaml.ts";

const sha256 = (content: string): string => createHash("sha256").update(content).digest("hex");

/** A file to upload; `path` is relative to the uploaded folder, with `/`. */
export interface HashedFile {
  readonly path: string;
  readonly size: number;
  content(): AsyncIterable<Uint8Array> | Iterable<Uint8Array>;
}

/** Version of the SDK's hash that `codeHash` computes. */
export const codeHashVersion = "202208";

/**
 * The hash of a code asset: of the files of a folder, or of a single file and its name.
 * @see get_content_hash in azure/ai/ml/_utils/_asset_utils.py
 */
export async function codeHash(files: readonly HashedFile[]): Promise<string> {
  const sorted = sortLikePython(files, ({ path }) => path);
  const hash = createHash("sha256").update(String(sorted.length));
  for (const { path, size } of sorted) hash.update(`#${path}#${size}`);
  for (const file of sorted) await addContent(hash, file);
  return hash.digest("hex");
}

const uploadSeed = "Initialize for october 2021 AML CLI version";

/**
 * The content hash in the upload path of data and build contexts. It covers the name of a folder even if all of its
 * files are ignored, unless the folder itself is ignored. A single file is a list of one file with an empty path.
 * @see get_object_hash in azure/ai/ml/_utils/_asset_utils.py
 */
export async function uploadHash(
  files: readonly HashedFile[],
  isIgnored: (path: string) => boolean = () => false,
): Promise<string> {
  const hash = createHash("sha256").update(uploadSeed);
  await addFolder(hash, files, "", isIgnored);
  return hash.digest("hex");
}

async function addFolder(
  hash: Hash,
  files: readonly HashedFile[],
  folder: string,
  isIgnored: (path: string) => boolean,
): Promise<void> {
  const below = Map.groupBy(files, ({ path }) => path.slice(folder.length).split("/", 1)[0] as string);
  for (const [name, group] of sortLikePython([...below], ([each]) => each)) {
    const path = `${folder}${name}`;
    if (isIgnored(path)) continue;
    hash.update(name);
    const [first] = group;
    if (first?.path === path) await addContent(hash, first);
    else await addFolder(hash, group, `${path}/`, isIgnored);
  }
}

async function addContent(hash: Hash, file: HashedFile): Promise<void> {
  for await (const chunk of file.content()) hash.update(chunk);
}

/** Sorts like Python's `sorted(key=str.lower)`, which compares code points. */
function sortLikePython<T>(items: readonly T[], text: (item: T) => string): T[] {
  const keyed = items.map((item) => ({ item, key: Buffer.from(text(item).toLowerCase()) }));
  return keyed.sort((a, b) => a.key.compare(b.key)).map(({ item }) => item);
}

/** Path of uploaded data, or of a build context, in the container of its datastore. */
export function uploadPath(hash: string, name: string): string {
  return `LocalUpload/${hash}/${name}`;
}

/** The hash in the address of an uploaded build context. */
function uploadedHash(url: string): string {
  const [, hash] = /\/LocalUpload\/([0-9a-f]{64})\//.exec(url) ?? [];
  if (hash === undefined) throw new Error(`The build context is at ${url}; expected a path below LocalUpload/HASH/.`);
  return hash;
}

/** The characters of a text with a separator between them, as Python's `separator.join(text)`. */
const joinChars = (content: string, separator: string): string => [...content].join(separator);

interface EnvironmentContent {
  readonly image: Value | undefined;
  readonly conda: string | undefined;
  readonly inference_config: Value | undefined;
  /** Address of a build context that was uploaded from the bundle. */
  readonly context: string | undefined;
  readonly dockerfile: Value | undefined;
}

/**
 * The version of an inline environment; undefined if the SDK would choose a random name.
 * @see _generate_anonymous_name_version of the SDK
 */
export function environmentVersion({
  image,
  conda,
  inference_config,
  context,
  dockerfile,
}: EnvironmentContent): string | undefined {
  if (context !== undefined) {
    const content = sha256(uploadedHash(context));
    const hasDockerfile = typeof dockerfile === "string" && dockerfile !== "";
    return sha256(hasDockerfile ? joinChars(sha256(dockerfile), content) : content);
  }
  if (typeof image !== "string" || image === "") return undefined;
  let hash = sha256(image);
  if (inference_config !== undefined) hash = joinChars(sha256(pythonYaml(inference_config as Mapping)), hash);
  if (conda !== undefined) hash = joinChars(sha256(conda), hash);
  return sha256(hash);
}

/**
 * The version of an anonymous component: a hash of all its fields except its name, id and version.
 * @see _get_anonymous_hash of the SDK
 */
export function componentVersion({ name: _name, id: _id, version: _version, ...component }: Mapping): string {
  return guidFromHash(sha256(pythonJson(component)));
}

/** A GUID of the first 32 hexadecimal digits of a hash. */
export function guidFromHash(hash: string): string {
  return [hash.slice(0, 8), hash.slice(8, 12), hash.slice(12, 16), hash.slice(16, 20), hash.slice(20, 32)].join("-");
}

/** A hash of a value, for use as a key. */
export function contentHash(value: Value): string {
  return sha256(JSON.stringify(toJson(value)));
}
