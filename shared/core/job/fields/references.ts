/**
 * References to assets, distinguished from paths as in the SDK.
 * @see azure/ai/ml/_schema/core/fields.py and _utils/_arm_id_utils.py
 */

import { defined } from "../../../lib/defined.ts";
import { custom } from "../schema/custom.ts";
import { addIssue, wrongType } from "../schema/issues.ts";
import type { Schema } from "../schema/schema.ts";
import { show } from "../schema/show.ts";

const armVersion =
  /^\/?subscriptions\/[^/]+\/resourceGroups\/[^/]+\/providers\/Microsoft.MachineLearningServices\/workspaces\/[^/]+\/[^/]+\/[^/]+\/versions\/[^/]+/;
const registryVersion = /^azureml:\/\/registries\/([^/]+)\/([^/]+)\/([^/]+)\/versions\/([^/]+)/;
const armParts = ["/resourcegroups/", "/providers/microsoft.machinelearningservices/workspaces/"];

/** Whether a text is the ARM id of an asset of this kind in a workspace. @see is_ARM_id_for_resource of the SDK */
export function isArmIdOf(id: string, kind: string): boolean {
  const plain = id.toLowerCase();
  if (!plain.startsWith("/subscriptions/")) return false;
  let at = "/subscriptions/".length - 1;
  for (const part of [...armParts, `/${kind}/`]) {
    at = plain.indexOf(part, at);
    if (at < 0) return false;
    at += part.length - 1;
  }
  return true;
}

/**
 * Whether a text is `azureml:` and an asset: a name with a version or label, or a versioned ARM id. With
 * `defaultVersion`, the version may be omitted.
 */
export function isAssetReference(value: string, kind: string, defaultVersion = false): boolean {
  if (!value.startsWith("azureml:")) return false;
  const id = value.slice("azureml:".length);
  if (id === "" || armVersion.test(id) || registryVersion.test(id)) return true;
  if (isArmIdOf(id, kind)) return false;
  if (id.includes("/") && !id.startsWith("/")) return false;
  const at = id.lastIndexOf("@");
  if (at >= 0 && id.slice(at + 1) !== "") return true;
  const colon = id.indexOf(":");
  return defaultVersion || (at < 0 && colon >= 0 && id.slice(colon + 1) !== "");
}

export const isRegistryReference = (value: string): boolean => value.startsWith("azureml://registries/");

/** http(s) or ftp(s), and a host with a dot or localhost, as in marshmallow's Url. */
const url =
  /^(?:https?|ftps?):\/\/(?:[^:@/]+?(?::[^:@/]*?)?@|)(?:(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+(?:[a-z]{2,6}\.?|[a-z0-9-]{2,}\.?)|localhost|\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}|\[[a-f0-9:]+\])(?::\d+)?(?:\/?|[/?]\S+)$/i;
export const isUrl = (value: string): boolean => url.test(value);

/** A text that starts with a scheme, which no folder name does. */
const scheme = /^[a-zA-Z][a-zA-Z0-9+.-]+:/;

/** Whether a value of `code` (or a build context) is a local path, which must be uploaded with the job. */
export function isLocalPath(value: string): boolean {
  return !(scheme.test(value) || value.startsWith("git+"));
}

/** The path of an input that is a local path, to be uploaded with the job. @see generate_path_property of the SDK */
export function isLocalDataPath(value: string): boolean {
  if (value.startsWith("file:")) return true;
  return isLocalPath(value) && !isArmPath(value) && !value.includes("${{") && !isUnprefixedAsset(value);
}

const isArmPath = (value: string): boolean => value.startsWith("/subscriptions/");
const urlWithHost = /^[a-zA-Z][a-zA-Z0-9+.-]*:\/\/[^/]/;

/** NAME:VERSION or NAME@latest without `azureml:`, which the SDK takes for an asset as well. */
const isUnprefixedAsset = (value: string): boolean => /^(?!azureml:|file:)[^/\\:@]+(?::[^/\\@]+|@latest)$/i.test(value);

/** `azureml:` and an asset, whose name is not empty, with a version or a label. */
const isPrefixedAsset = (value: string): boolean =>
  isAssetReference(value, "data") &&
  !/^azureml:(?:[:@]|$|subscriptions\/|\/(?!subscriptions\/)|[^:@]+:[^@]*@)/.test(value);

/** Whether the path of an input that is not local can be sent. @see OperationOrchestrator.get_asset_arm_id of the SDK */
export function isDataReference(value: string): boolean {
  return urlWithHost.test(value) || isArmPath(value) || isPrefixedAsset(value) || isUnprefixedAsset(value);
}

/**
 * A reference with the slashes that `azureml:datastores/...` and `azureml:registries/...` lack, or with the colon for
 * which `azureml/NAME:VERSION` has a slash; undefined for others.
 */
export function withScheme(value: string): string | undefined {
  if (/^azureml\/[^/:@\s]{1,255}[:@][^/:@\s]{1,255}$/.test(value)) return value.replace("/", ":");
  return /^azureml:\/?(?:datastores|registries)\/./.test(value)
    ? value.replace(/^azureml:\/?/, "azureml://")
    : undefined;
}

/** The reference that was probably meant by a text that is no reference to data; undefined if none is clear. */
export function mendedDataReference(value: string): string | undefined {
  const slashes = withScheme(value);
  if (slashes !== undefined) return slashes;
  const [, name] = /^azureml:([^/:@]+)[:@]?$/.exec(value) ?? [];
  if (name !== undefined) return `azureml:${name}@latest`;
  const mended = value
    .replace(/^azureml:/i, "azureml:")
    .replace(/^(?:azureml:)?subscriptions\//, "azureml:/subscriptions/")
    .replace(/^((?:https?|wasbs?|abfss?|adl):\/)(?=[^/])/, "$1/");
  return mended !== value && isDataReference(mended) ? mended : undefined;
}

/** A reference, or an environment with the image that is written in the place of one. */
export type Suggestion = string | { readonly image: string };

interface ReferenceOptions {
  /** Returns the printed form of an accepted text. */
  readonly normalize?: (value: string) => string;
  /** Matches every accepted text. */
  readonly pattern?: string;
  /** The value that a text stands for which is not accepted; undefined if none or several are likely. */
  readonly suggest?: (value: string) => Suggestion | undefined;
}

/** A text that `test` accepts. */
export function reference(
  test: (value: string) => boolean,
  expected: string,
  { normalize = (value) => value, pattern, suggest = () => undefined }: ReferenceOptions = {},
): Schema<string> {
  return custom(
    (value, payload) => {
      if (typeof value !== "string") return wrongType(payload, expected);
      if (test(value)) return normalize(value);
      const slashed = withScheme(value);
      const meant = slashed !== undefined && test(slashed) ? slashed : suggest(value);
      const guess = meant === value ? undefined : meant;
      const hint = guess === undefined ? "" : ` Did you mean ${showGuess(guess)}?`;
      const fix = guess === undefined ? undefined : { replaceWith: guess };
      return addIssue(payload, "invalid_reference", `is ${show(value)}; expected ${expected}.${hint}`, { fix });
    },
    { type: "string", ...defined({ pattern }) },
  );
}

/** A suggested value as it is written in YAML. */
function showGuess(guess: Suggestion): string {
  return typeof guess === "string" ? show(guess) : `{image: ${show(guess.image)}}`;
}

function isCode(value: string): boolean {
  if (isLocalPath(value) || isUrl(value) || value.startsWith("git+")) return true;
  return isRegistryReference(value) || value.startsWith("azureml://feeds/") || isAssetReference(value, "codes");
}

/** `code`: a local folder or file, a URL, a git URL, or a registered asset. */
export const code: Schema<string> = reference(
  isCode,
  "a path, a URL, azureml:NAME:VERSION or azureml://registries/...",
  { normalize: (value) => value.replace(/^azureml:\/\/feeds\//, "azureml://registries/") },
);
