/**
 * Environments of jobs: registered ones, and inline ones, which are registered by a hash of their content.
 * @see azure/ai/ml/entities/_assets/environment.py
 */
import { isLocalPath } from "../../../../core/job/fields/references.ts";
import { isMapping, type Mapping, type Value } from "../../../../core/yaml/value.ts";
import { contentHash, environmentVersion } from "../asset-ids/asset-hashes.ts";
import { type AssetResolver, assetId, type NewAsset } from "../asset-ids/asset-ids.ts";
import { camelKeys } from "../values/letter-case.ts";
import { pythonYaml } from "../values/python-yaml.ts";

/** The ARM id of an environment. */
export function environmentId(value: Value | undefined, assets: AssetResolver): string | undefined {
  if (typeof value === "string") return assetId(value, "environments", assets);
  if (!isMapping(value)) return undefined;
  if (typeof value.id === "string" && value.id !== "azureml:") return assetId(value.id, "environments", assets);
  return assets.resolve({
    kind: "anonymous",
    asset: "environments",
    key: `environment:${contentHash(value)}`,
    toRest: (names) => environmentToRest(value, names),
  });
}

function environmentToRest(environment: Mapping, assets: AssetResolver): NewAsset {
  const { image, build, conda_file, description, tags, inference_config, os_type } = environment;
  const conda = isMapping(conda_file) && Object.keys(conda_file).length > 0 ? pythonYaml(conda_file) : undefined;
  const context = isMapping(build) ? buildContext(build, assets) : undefined;
  const version = environmentVersion({
    image,
    conda,
    inference_config,
    context: context?.uploaded,
    dockerfile: context?.dockerfilePath,
  });
  const isTagged = isMapping(tags) && Object.keys(tags).length > 0;
  return {
    path: `environments/CliV2AnonymousEnvironment/versions/${version ?? contentHash(environment)}`,
    properties: {
      image: image === "" ? undefined : image,
      condaFile: conda,
      build:
        context === undefined ? undefined : { contextUri: context.contextUri, dockerfilePath: context.dockerfilePath },
      osType: os_type,
      description: description === "" ? undefined : description,
      tags: isTagged ? tags : undefined,
      inferenceConfig: isMapping(inference_config) ? camelKeys(inference_config) : undefined,
      isAnonymous: true,
      isArchived: false,
    },
  };
}

/** A build context. `uploaded` is the address of a context from the bundle, which contains the hash of its files. */
function buildContext({ path, dockerfile_path: dockerfilePath }: Mapping, assets: AssetResolver) {
  if (typeof path !== "string") return { contextUri: undefined, dockerfilePath, uploaded: undefined };
  const isLocal = isLocalPath(path);
  const contextUri = isLocal ? assets.resolve({ kind: "context", key: `context:${path}`, path }) : path;
  return { contextUri, dockerfilePath, uploaded: isLocal ? contextUri : undefined };
}
