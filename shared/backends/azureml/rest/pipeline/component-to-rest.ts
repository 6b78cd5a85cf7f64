/**
 * Inline components of a pipeline, registered under a hash of their content.
 * @see azure/ai/ml/entities/_component of the SDK
 */
import { commonComponentFields, isComponentFile } from "../../../../core/job/types/pipeline/components/components.ts";
import { pythonText } from "../../../../core/yaml/python-text.ts";
import { isMapping, type Mapping, mapValues, type Value } from "../../../../core/yaml/value.ts";
import { defined } from "../../../../lib/defined.ts";
import { componentVersion, contentHash } from "../asset-ids/asset-hashes.ts";
import { type AssetResolver, assetId, codeId, type NewAsset } from "../asset-ids/asset-ids.ts";
import { environmentId } from "../fields/environment.ts";
import { withoutEmpty } from "../values/mappings.ts";
import { ifDefined } from "../values/optional.ts";
import { pythonJson } from "../values/python-json.ts";
import { sentMapping } from "../values/sent-dates.ts";

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
export function reference(id: string | undefined): string | undefined {
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
    // Variables of a command component are not part of it in the API; the SDK does not send them.
    ...(component.type === "command" ? { environment_variables: undefined } : {}),
  };
  const spec = withTagTexts(withoutEmpty(whole));
  const { partition_keys, properties } = spec;
  const sent = {
    ...spec,
    ...defined({ partition_keys: ifDefined(partition_keys, pythonJson) }),
    _source: "YAML.JOB",
  };
  return newComponent(componentVersion(spec), sent, { tags: component.tags, properties, isArchived: false });
}

const textOf = (tag: Value | undefined): string | undefined => (tag === undefined ? tag : pythonText(tag));

/** A component whose tags are texts, as in its hash; the tags of the asset are as written. */
function withTagTexts(spec: Mapping): Mapping {
  return isMapping(spec.tags) ? { ...spec, tags: mapValues(spec.tags, textOf) } : spec;
}

/** Unknown fields that are parameters of the SDK's class, which does not send them. */
const unsent: readonly string[] = ["_source", "auto_increment", "is_anonymous", "yaml_str"];

/**
 * A pipeline component in a file. Its hash includes the REST form of its nodes. Unknown fields, e.g. its compute and
 * settings, are sent as written, although Azure ML uses neither.
 * @see PipelineComponent._get_anonymous_hash and PipelineComponent._to_dict
 */
function pipelineFileToRest(path: string, assets: AssetResolver, nodeToRest: NodeToRest): NewAsset {
  const { pipeline, fromFiles } = assets.pipelineFile(path);
  const { jobs: nodes, tags, properties, ...rest } = pipeline;
  const jobs = mapValues(nodes as Mapping, (node, name) => {
    const sent = nodeToRest(name, node as Mapping, assets);
    return fromFiles.has(name) ? { ...sent, _source: "YAML.COMPONENT" } : sent;
  });
  const isKnown = (name: string): boolean => name === "type" || Object.hasOwn(commonComponentFields, name);
  const isSent = (name: string): boolean => !isKnown(name) && !unsent.includes(name);
  const unknown = Object.fromEntries(Object.entries(rest).filter(([name]) => isSent(name)));
  const known = Object.fromEntries(Object.entries({ ...rest, tags }).filter(([name]) => isKnown(name)));
  const spec = {
    ...sentMapping(unknown),
    ...withTagTexts(withoutEmpty(known)),
    name: "azureml_anonymous",
    version: "1",
    jobs,
    sourceJobId: unknown.source_job_id ?? null,
  };
  return newComponent(componentVersion(spec), { ...spec, _source: "YAML.COMPONENT" }, { tags, properties });
}

export function newComponent(version: string, componentSpec: Mapping, properties: Mapping): NewAsset {
  const { tags, properties: own, ...rest } = properties;
  const asset = { description: componentSpec.description, properties: own ?? {}, tags: tags ?? {}, ...rest };
  return {
    path: `components/azureml_anonymous/versions/${version}`,
    properties: { componentSpec, isAnonymous: true, ...sentMapping(asset) },
  };
}
