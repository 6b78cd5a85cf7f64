import { componentVersion } from "../asset-ids/asset-hashes.ts";
import { type AssetResolver, codeRequest, type NewAsset } from "../asset-ids/asset-ids.ts";
import { environmentId } from "../fields/environment.ts";
import { withoutEmpty } from "../values/mappings.ts";
import { newComponent, reference } from "./component-to-rest.ts";

/** The ARM id of the component that is registered for a prompt flow. */
export function flowId(path: string, assets: AssetResolver): string {
  return assets.resolve({
    kind: "anonymous",
    asset: "components",
    key: `component:${path}`,
    toRest: (names) => flowToRest(path, names),
  });
}

/**
 * A prompt flow. Its version is a hash that includes its code: the SDK's does not, so that Azure ML would keep the old
 * code of a flow that was changed.
 * @see FlowComponent._to_rest_object and ComponentOperations._update_flow_rest_object
 */
function flowToRest(path: string, assets: AssetResolver): NewAsset {
  const { component, folder, file, includes } = assets.flowFile(path);
  const code = codeRequest(folder, includes);
  const id = assets.resolve(code);
  const url = assets.resolve({ kind: "code-url", key: `url:${code.key}`, code });
  const spec = withoutEmpty({
    ...component,
    environment: reference(environmentId(component.environment, assets)),
    code: id,
    flow_definition_uri: `${url}/${file}`,
  });
  const sent = { ...spec, _source: "YAML.COMPONENT" };
  return newComponent(componentVersion(spec), sent, { tags: component.tags, isArchived: false });
}
