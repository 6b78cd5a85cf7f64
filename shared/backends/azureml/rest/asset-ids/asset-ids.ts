/**
 * References of a job to what Azure ML keeps, as ARM ids.
 * @see get_asset_arm_id in azure/ai/ml/operations/_operation_orchestrator.py
 */

import { isLocalPath } from "../../../../core/job/fields/references.ts";
import type { PipelineFile } from "../../../../core/job/types/pipeline/read-pipeline-file.ts";
import { BackendRefusal } from "../../../../core/ports/backend-port.ts";
import type { Mapping } from "../../../../core/yaml/value.ts";
import { contentHash } from "./asset-hashes.ts";

export type AssetKind = "codes" | "components" | "data" | "environments" | "models";

/** A body to be PUT at `{workspace}/{place}`; a body that is there already under this place is the same. */
export interface NewAsset {
  /** `environments/CliV2AnonymousEnvironment/versions/...` */
  readonly path: string;
  /** Values; `toJson` makes them what `JSON.stringify` prints exactly. */
  readonly properties: Mapping;
}

/** Something that has to be looked up, uploaded or registered before a job can be written in Azure ML's terms. */
export type AssetRequest = { readonly key: string } & (
  | {
      /** The version that a label stands for; answered by the ARM id with that version. */
      readonly kind: "label";
      readonly asset: AssetKind;
      readonly name: string;
      readonly label: string;
    }
  | {
      /** A folder or file of the bundle that becomes a code asset; answered by its ARM id. */
      readonly kind: "code";
      readonly path: string;
      /** Files that a component takes in besides, from other places of the bundle. */
      readonly includes: readonly string[];
    }
  | {
      /**
       * A folder or file of the bundle that goes to a datastore; answered by
       * `azureml://datastores/{datastore}/paths/{uploadPath(...)}`.
       */
      readonly kind: "data";
      readonly path: string;
      readonly datastore: string;
    }
  | {
      /**
       * A docker build context of the bundle; answered by the URL of the folder that it was uploaded to (see
       * `uploadPath`), with a slash at its end.
       */
      readonly kind: "context";
      readonly path: string;
    }
  | {
      /** An inline environment or component; answered by its ARM id. */
      readonly kind: "anonymous";
      readonly asset: "codes" | "components" | "environments";
      toRest(assets: AssetResolver): NewAsset;
    }
);

/** What a job is written with. */
export interface AssetResolver {
  /** ARM id of the workspace, without a slash at its end. */
  readonly workspace: string;
  /** Reads a pipeline that lies in a file of its own. */
  readonly pipelineFile: (path: string) => PipelineFile;
  /** The answer to a request. Those that come from `collectAssetRequests` are answered before. */
  resolve(request: AssetRequest): string;
}

/** The text of a reference without the `azureml:` that YAML has before it. */
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
  return `${assets.workspace.replace(/\/workspaces\/[^/]+$/, "")}/virtualclusters/${name.slice("virtualclusters/".length)}`;
}

/** The id of something that has a name and no version: a compute, a datastore. */
export function namedId(value: string, kind: "computes" | "datastores", { workspace }: AssetResolver): string {
  const name = withoutAzuremlPrefix(value);
  return isArmId(name) || isRegistryId(name) ? name : `${workspace}/${kind}/${name}`;
}

/**
 * The id of a registered asset. One without a version is the latest, which the SDK refuses to look up.
 * @throws BackendRefusal when it names nothing.
 */
export function assetId(value: string, kind: AssetKind, assets: AssetResolver): string {
  const name = withoutAzuremlPrefix(value);
  if (isArmId(name) || isRegistryId(name)) return name;
  // Azure ML itself expands the short names of its own environments.
  if (kind === "environments" && name.startsWith("AzureML-")) return `azureml:${name}`;
  const at = name.lastIndexOf("@");
  const colon = name.indexOf(":");
  if (/^(?:[:@]|$)|\//.test(name))
    throw new BackendRefusal(
      "invalid_reference",
      `${JSON.stringify(value)} names nothing; expected azureml:NAME:VERSION or azureml:NAME@LABEL.`,
    );
  if (at < 0 && colon >= 0)
    return `${assets.workspace}/${kind}/${name.slice(0, colon)}/versions/${name.slice(colon + 1)}`;
  const [plain, label] = at < 0 ? [name, ""] : [name.slice(0, at), name.slice(at + 1)];
  if (kind === "components" && label === "default") return `${assets.workspace}/components/${plain}/labels/default`;
  return assets.resolve({
    kind: "label",
    key: `${kind}/${plain}@${label || "latest"}`,
    asset: kind,
    name: plain,
    label: label || "latest",
  });
}

/** The id of `code`: a path, or a registered code asset. */
export function codeId(value: string, assets: AssetResolver, includes: readonly string[] = []): string {
  if (/^azureml:/.test(value)) return assetId(value, "codes", assets);
  if (!isLocalPath(value)) return remoteCode(value, assets);
  return assets.resolve({ kind: "code", key: ["code", value, ...includes].join(":"), path: value, includes });
}

/** A URL becomes a code asset of its own, as for the SDK. */
function remoteCode(codeUri: string, assets: AssetResolver): string {
  const key = contentHash(codeUri);
  const toRest = (): NewAsset => ({
    path: `codes/${key}/versions/1`,
    properties: { codeUri, isAnonymous: true, properties: {} },
  });
  return assets.resolve({ kind: "anonymous", asset: "codes", key: `code:${key}`, toRest });
}
