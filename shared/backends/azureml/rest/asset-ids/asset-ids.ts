/**
 * Converts references of a job to assets, computes and datastores into ARM ids.
 * @see get_asset_arm_id in azure/ai/ml/operations/_operation_orchestrator.py
 */
import { isLocalPath } from "../../../../core/job/fields/references.ts";
import type { Flow } from "../../../../core/job/types/pipeline/flows/read-flow.ts";
import type { PipelineFile } from "../../../../core/job/types/pipeline/read-pipeline-file.ts";
import { BackendRefusal } from "../../../../core/ports/backend-port.ts";
import type { Mapping } from "../../../../core/yaml/value.ts";
import { contentHash } from "./asset-hashes.ts";

export type AssetKind = "codes" | "components" | "data" | "environments" | "models";

/** An asset to create by a PUT of `{workspace}/{path}`. The path derives from the content. */
export interface NewAsset {
  /** E.g. `environments/CliV2AnonymousEnvironment/versions/...`. */
  readonly path: string;
  /** YAML values; `toJson` converts them to JSON. */
  readonly properties: Mapping;
}

/** An asset that must be looked up, uploaded or registered before the REST body of a job can be built. */
export type AssetRequest = { readonly key: string } & (
  | {
      /** The version that a label refers to. Resolves to the ARM id with the version. */
      readonly kind: "label";
      readonly asset: AssetKind;
      readonly name: string;
      readonly label: string;
    }
  | {
      /** A folder or file of the bundle that becomes a code asset. Resolves to its ARM id. */
      readonly kind: "code";
      readonly path: string;
      /** Further files and folders of the bundle, from a component's `additional_includes`. */
      readonly includes: readonly string[];
    }
  | {
      /** The place of the files of a code asset. Resolves to its URL, without a slash at the end. */
      readonly kind: "code-url";
      readonly code: AssetRequest;
    }
  | {
      /**
       * A folder or file of the bundle that is uploaded to a datastore. Resolves to
       * `azureml://datastores/{datastore}/paths/{uploadPath(...)}`.
       */
      readonly kind: "data";
      readonly path: string;
      readonly datastore: string;
    }
  | {
      /**
       * A Docker build context of the bundle. Resolves to the URL of the folder that it is uploaded to (see
       * `uploadPath`), with a slash at the end.
       */
      readonly kind: "context";
      readonly path: string;
    }
  | {
      /** An inline environment or component, or code at a URL. Resolves to its ARM id. */
      readonly kind: "anonymous";
      readonly asset: "codes" | "components" | "environments";
      toRest(assets: AssetResolver): NewAsset;
    }
);

/** Reads components of the job that are in files of their own. */
export interface ComponentFiles {
  readonly pipelineFile: (path: string) => PipelineFile;
  readonly flowFile: (path: string) => Flow;
}

/** Resolves the references of a job while its REST body is built. */
export interface AssetResolver extends ComponentFiles {
  /** The ARM id of the workspace. */
  readonly workspace: string;
  /** The id or address of an asset. All requests from `collectAssetRequests` are resolved before the body is built. */
  resolve(request: AssetRequest): string;
}

/** A reference without the prefix `azureml:` that it has in YAML. */
export function withoutAzuremlPrefix(value: string): string {
  return value.startsWith("azureml:") && !value.startsWith("azureml://") ? value.slice("azureml:".length) : value;
}

const isArmId = (value: string): boolean =>
  /^\/subscriptions\/[^/]+\/resourceGroups\/[^/]+\/providers\/Microsoft\.MachineLearningServices\//i.test(value);
const isRegistryId = (value: string): boolean => /^azureml:\/\/registries\//i.test(value);

/** The id of a compute. A virtual cluster belongs to the resource group. */
export function computeId(value: string, assets: AssetResolver): string {
  const name = withoutAzuremlPrefix(value);
  if (!/^virtualclusters\//i.test(name)) return namedId(value, "computes", assets);
  const resourceGroup = assets.workspace.replace(/\/workspaces\/[^/]+$/, "");
  return `${resourceGroup}/virtualclusters/${name.slice("virtualclusters/".length)}`;
}

/** The id of a compute or a datastore, which have no versions. */
export function namedId(value: string, kind: "computes" | "datastores", { workspace }: AssetResolver): string {
  const name = withoutAzuremlPrefix(value);
  return isArmId(name) || isRegistryId(name) ? name : `${workspace}/${kind}/${name}`;
}

/**
 * The id of a registered asset. A name without a version refers to the latest version; the SDK rejects it.
 * @throws BackendRefusal `invalid_reference` for a reference without a name.
 */
export function assetId(value: string, kind: AssetKind, assets: AssetResolver): string {
  // A repeated prefix counts once, as in the SDK.
  const name = withoutAzuremlPrefix(withoutAzuremlPrefix(value));
  if (isArmId(name) || isRegistryId(name)) return name;
  // Azure ML expands the short names of its curated environments itself.
  if (kind === "environments" && name.startsWith("AzureML-")) return `azureml:${name}`;
  const at = name.lastIndexOf("@");
  const colon = name.indexOf(":");
  if (/^(?:[:@]|$)|\//.test(name))
    throw new BackendRefusal(
      "invalid_reference",
      `${JSON.stringify(value)} is no reference to an asset; expected azureml:NAME:VERSION or azureml:NAME@LABEL.`,
    );
  if (at < 0 && colon >= 0)
    return `${assets.workspace}/${kind}/${name.slice(0, colon)}/versions/${name.slice(colon + 1)}`;
  const [plain, label] = at < 0 ? [name, ""] : [name.slice(0, at), name.slice(at + 1)];
  if (kind === "components" && label === "default") return `${assets.workspace}/components/${plain}/labels/default`;
  const knownLabel = label || "latest";
  const key = `${kind}/${plain}@${knownLabel}`;
  return assets.resolve({ kind: "label", key, asset: kind, name: plain, label: knownLabel });
}

/** The id of `code`: a local path, a URL, or a registered code asset. */
export function codeId(value: string, assets: AssetResolver, includes: readonly string[] = []): string {
  if (/^azureml:/.test(value)) return assetId(value, "codes", assets);
  if (!isLocalPath(value)) return remoteCodeId(value, assets);
  return assets.resolve(codeRequest(value, includes));
}

/** The request for the code asset of a folder or file of the bundle. */
export function codeRequest(path: string, includes: readonly string[]): AssetRequest {
  return { kind: "code", key: ["code", path, ...includes].join(":"), path, includes };
}

/** The id of the code asset that is registered for a URL, as by the SDK. */
function remoteCodeId(codeUri: string, assets: AssetResolver): string {
  const key = contentHash(codeUri);
  const toRest = (): NewAsset => ({
    path: `codes/${key}/versions/1`,
    properties: { codeUri, isAnonymous: true, properties: {} },
  });
  return assets.resolve({ kind: "anonymous", asset: "codes", key: `code:${key}`, toRest });
}
