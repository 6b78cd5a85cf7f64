/** The SDK's hashes of what it uploads and registers, by which both find again what is there already. */
import { createHash, type Hash } from "node:crypto";
import { toJson } from "../../../../core/yaml/to-json.ts";
import type { Mapping, Value } from "../../../../core/yaml/value.ts";
import { pythonJson } from "../values/python-json.ts";
import { pythonYaml } from "../values/python-yaml.ts";

const sha256 = (content: string): string => createHash("sha256").update(content).digest("hex");

/** A file of what is uploaded; `path` is relative to the folder, with `/`. */
export interface HashedFile {
  readonly path: string;
  readonly size: number;
  content(): AsyncIterable<Uint8Array> | Iterable<Uint8Array>;
}

/** Which hash `codeHash` is. */
export const codeHashVersion = "202208";

/**
 * The hash of a code asset: of a folder's files, or of one file by its name.
 * @see get_content_hash in azure/ai/ml/_utils/_asset_utils.py
 */
export async function codeHash(files: readonly HashedFile[]): Promise<string> {
  const sorted = inPythonsOrder(files, ({ path }) => path);
  const hash = createHash("sha256").update(String(sorted.length));
  for (const { path, size } of sorted) hash.update(`#${path}#${size}`);
  for (const file of sorted) await addContent(hash, file);
  return hash.digest("hex");
}

const uploadSeed = "Initialize for october 2021 AML CLI version";

/**
 * The hash under which data or a build context is uploaded, of all its files: a folder whose files are all left out
 * still counts by its name, unless it is left out itself. A file alone is a list of one with an empty path.
 * @see get_object_hash
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
  for (const [name, group] of inPythonsOrder([...below], ([each]) => each)) {
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

/** As Python sorts by small letters: by code points. */
function inPythonsOrder<T>(items: readonly T[], text: (item: T) => string): T[] {
  const keyed = items.map((item) => ({ item, key: Buffer.from(text(item).toLowerCase()) }));
  return keyed.sort((a, b) => a.key.compare(b.key)).map(({ item }) => item);
}

/**
 * Where data and build contexts are put in their datastore's container: below the hash of their content, under the name
 * of the folder or file.
 */
export function uploadPath(hash: string, name: string): string {
  return `LocalUpload/${hash}/${name}`;
}

function hashOfPlace(place: string): string {
  const [, hash] = /\/LocalUpload\/([0-9a-f]{64})\//.exec(place) ?? [];
  if (hash === undefined)
    throw new Error(`The build context is at ${place}; expected a place below LocalUpload/HASH/.`);
  return hash;
}

/** Python's `separator.join(text)`: the characters of the text with the separator between them. */
const joinChars = (content: string, separator: string): string => [...content].join(separator);

interface EnvironmentContent {
  readonly image: Value | undefined;
  readonly conda: string | undefined;
  readonly inference_config: Value | undefined;
  /** Where a build context of the bundle was uploaded. */
  readonly context: string | undefined;
  readonly dockerfile: Value | undefined;
}

/**
 * The version of an inline environment; undefined for those that the SDK gives a random name.
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
    const content = sha256(hashOfPlace(context));
    return sha256(
      typeof dockerfile === "string" && dockerfile !== "" ? joinChars(sha256(dockerfile), content) : content,
    );
  }
  if (typeof image !== "string" || image === "") return undefined;
  let hash = sha256(image);
  if (inference_config !== undefined) hash = joinChars(sha256(pythonYaml(inference_config as Mapping)), hash);
  if (conda !== undefined) hash = joinChars(sha256(conda), hash);
  return sha256(hash);
}

/**
 * The version of an anonymous component: of all that it says, but for its name and version.
 * @see _get_anonymous_hash of the SDK
 */
export function componentVersion({ name: _name, id: _id, version: _version, ...component }: Mapping): string {
  return guidFromHash(sha256(pythonJson(component)));
}

/** A GUID of the first 32 hexadecimal digits of a hash. */
export function guidFromHash(hash: string): string {
  return [hash.slice(0, 8), hash.slice(8, 12), hash.slice(12, 16), hash.slice(16, 20), hash.slice(20, 32)].join("-");
}

/** Names something by what it holds. */
export function contentHash(value: Value): string {
  return sha256(JSON.stringify(toJson(value)));
}
