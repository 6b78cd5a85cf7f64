/**
 * Inline components of a pipeline, registered under a hash of their content.
 * @see azure/ai/ml/entities/_component of the SDK
 */
import { isComponentFile } from "../../../../core/job/types/pipeline/components/components.ts";
import { isMapping, type Mapping, mapValues, type Value } from "../../../../core/yaml/value.ts";
import { defined } from "../../../../lib/defined.ts";
import { componentVersion, contentHash } from "../asset-ids/asset-hashes.ts";
import { type AssetResolver, assetId, codeId, type NewAsset } from "../asset-ids/asset-ids.ts";
import { environmentId } from "../fields/environment.ts";
import { withoutEmpty } from "../values/mappings.ts";
import { ifDefined } from "../values/optional.ts";
import { pythonJson } from "../values/python-json.ts";

/** Converts a node to its REST form; a parameter, because nodes and components refer to each other. */
export type NodeToRest = (name: string, node: Mapping, assets: AssetResolver) => Mapping;

/** The ARM id of a node's component. @param nodeToRest converts the nodes of a pipeline component */
export function componentId(
  component: Value | undefined,
  assets: AssetResolver,
  nodeToRest: NodeToRest,
): string | undefined {
  if (typeof component === "string" && isComponentFile(component)) {
    return assets.resolve({
      kind: "anonymous",
      asset: "components",
      key: `component:${component}`,
      toRest: (names) => pipelineFileToRest(component, names, nodeToRest),
    });
  }
  if (typeof component === "string") return assetId(component, "components", assets);
  if (!isMapping(component)) return undefined;
  const key = `component:${contentHash(component)}`;
  return assets.resolve({
    kind: "anonymous",
    asset: "components",
    key,
    toRest: (names) => componentToRest(component, names),
  });
}

/** The origin of a component, for Azure ML's statistics. */
export function componentSource(component: Value | undefined): string {
  if (typeof component !== "string") return "YAML.JOB";
  if (component.startsWith("azureml://registries/")) return "REMOTE.REGISTRY";
  return isComponentFile(component) ? "YAML.COMPONENT" : "REMOTE.WORKSPACE.COMPONENT";
}

/** Adds the prefix `azureml:`, which ids in components have. */
function reference(id: string | undefined): string | undefined {
  return id === undefined || id.startsWith("azureml:") ? id : `azureml:${id}`;
}

/** A component or task with ids instead of its code and environment. */
export function withAssetIds<T extends Mapping>(holder: T, assets: AssetResolver): T {
  const { code, environment, additional_includes } = holder;
  const includes = Array.isArray(additional_includes) ? additional_includes.map(String) : [];
  return {
    ...holder,
    code: typeof code === "string" ? reference(codeId(code, assets, includes)) : undefined,
    environment: reference(environmentId(environment, assets)),
  };
}

function componentToRest(component: Mapping, assets: AssetResolver): NewAsset {
  const { task } = component;
  const whole = {
    ...withAssetIds(component, assets),
    ...(isMapping(task) ? { task: withAssetIds(task, assets) } : {}),
  };
  const spec = withoutEmpty(whole);
  const { partition_keys } = spec;
  return newComponent(componentVersion(spec), {
    ...spec,
    ...defined({ partition_keys: ifDefined(partition_keys, pythonJson) }),
    _source: "YAML.JOB",
  });
}

/**
 * A pipeline component in a file. Its hash includes the REST form of its nodes.
 * @see PipelineComponent._get_anonymous_hash
 */
function pipelineFileToRest(path: string, assets: AssetResolver, nodeToRest: NodeToRest): NewAsset {
  const { pipeline, fromFiles } = assets.pipelineFile(path);
  const jobs = mapValues(pipeline.jobs as Mapping, (node, name) => {
    const sent = nodeToRest(name, node as Mapping, assets);
    return fromFiles.has(name) ? { ...sent, _source: "YAML.COMPONENT" } : sent;
  });
  const spec = {
    ...withoutEmpty({ ...pipeline, jobs: undefined }),
    name: "azureml_anonymous",
    version: "1",
    jobs,
    sourceJobId: null,
  };
  return newComponent(componentVersion(spec), { ...spec, _source: "YAML.COMPONENT" }, {});
}

function newComponent(
  version: string,
  componentSpec: Mapping,
  extraProperties: Mapping = { isArchived: false },
): NewAsset {
  const { description, tags = {}, properties = {} } = componentSpec;
  return {
    path: `components/azureml_anonymous/versions/${version}`,
    properties: { componentSpec, description, isAnonymous: true, properties, tags, ...extraProperties },
  };
}
