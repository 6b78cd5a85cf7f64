// biome-ignore-all lint/suspicious/noTemplateCurlyInString: bindings of Azure ML have this form
/** Components of a pipeline, written inline or in a file of their own. @see azure/ai/ml/_schema/component */

import { isMapping, type Mapping } from "../../../../yaml/value.ts";
import { registeredAs } from "../../../fields/asset-references.ts";
import { bindable } from "../../../fields/bindings.ts";
import { environment } from "../../../fields/environment.ts";
import { code, isAssetReference, isLocalPath, isRegistryReference, reference } from "../../../fields/references.ts";
import { distributionOf, queueFields, resourceFields } from "../../../fields/run-settings.ts";
import { listOf, mapOf, oneOf } from "../../../schema/containers.ts";
import { choice, transformed } from "../../../schema/custom.ts";
import {
  aboutComponentProperties,
  aboutComponentType,
  aboutCopyMode,
  aboutDeclaredInputs,
  aboutDeclaredOutputs,
  aboutDescription,
  aboutDeterministic,
  aboutDisplayName,
  aboutDistribution,
  aboutEnvironment,
  aboutIncludes,
  aboutQueue,
  aboutResources,
  aboutTags,
  aboutTransfer,
  aboutVariables,
} from "../../../schema/descriptions.ts";
import { enumOf, lower } from "../../../schema/enums.ts";
import { fields } from "../../../schema/fields.ts";
import { wrongValue } from "../../../schema/issues.ts";
import { anything, anythingButNull, boolean, text } from "../../../schema/scalars.ts";
import { optional, required, type Schema } from "../../../schema/schema.ts";
import { componentDataInputs, componentInputs, componentOutputs } from "./component-ports.ts";

/** A component of a pipeline is anonymous, so its name and version are replaced, as in the SDK. */
const anonymous = { name: "azureml_anonymous", version: "1" };
export const componentOptions = {
  readOnly: ["creation_context", "latest_version"],
  ignored: ["name", "version"],
  // Unknown fields are part of the hash that identifies an anonymous component in Azure ML.
  unknown: "keep",
  expected: "a component",
} as const;

/** Fields of all components, pipeline components included. */
export const commonComponentFields = {
  $schema: optional(text, "JSON Schema that editors validate this file with."),
  display_name: optional(text, aboutDisplayName),
  description: optional(text, aboutDescription),
  tags: optional(mapOf(anything), aboutTags),
  is_deterministic: optional(boolean, aboutDeterministic),
  inputs: optional(componentInputs, aboutDeclaredInputs),
  outputs: optional(componentOutputs, aboutDeclaredOutputs),
};
export const componentFields = { id: optional(text, "Id of the component."), ...commonComponentFields };
export const resources = fields(resourceFields(), { unknown: "drop" });

/** A component of one type, with the defaults of its fields. */
export function componentOf(type: string, inner: Schema<Mapping>, defaults: Mapping = {}): Schema<Mapping> {
  const component = transformed<Mapping, Mapping>(inner, (given) => ({
    is_deterministic: true,
    ...defaults,
    ...given,
    ...anonymous,
    type,
  }));
  return choice(
    (value, payload) => {
      const given = isMapping(value) ? value.type : undefined;
      // A component of another type would have problems in all other fields as well.
      const isOther = typeof given === "string" && lower(given) !== type;
      return isOther ? wrongValue(payload, given, [type], "type") : component;
    },
    (convert) => convert(inner),
  );
}

export const nodeQueueSettings = fields(queueFields(bindable));

export const commandComponent = componentOf(
  "command",
  fields(
    {
      ...componentFields,
      type: optional(enumOf(["command"]), aboutComponentType),
      command: required(
        text,
        "Command to run in a shell; `${{inputs.NAME}}` and `${{outputs.NAME}}` are replaced by values and paths.",
      ),
      code: optional(
        code,
        "Folder or file with the code: a path relative to the component file, a URL, or a registered asset.",
      ),
      environment: required(environment, aboutEnvironment),
      environment_variables: optional(mapOf(anything), aboutVariables),
      // The SDK accepts them here, but cannot send them.
      queue_settings: optional(nodeQueueSettings, aboutQueue),
      resources: optional(resources, aboutResources),
      distribution: optional(distributionOf(undefined, { unknown: "drop" }), aboutDistribution),
      properties: optional(mapOf(anythingButNull), aboutComponentProperties),
      additional_includes: optional(listOf(text), aboutIncludes),
    },
    componentOptions,
  ),
);

export const dataCopyMode = enumOf(["merge_with_overwrite", "fail_if_conflict"]);

export const copyComponent = componentOf(
  "data_transfer",
  fields(
    {
      ...componentFields,
      type: optional(enumOf(["data_transfer"]), aboutComponentType),
      task: required(enumOf(["copy_data"]), aboutTransfer),
      data_copy_mode: optional(dataCopyMode, aboutCopyMode),
      inputs: optional(componentDataInputs, aboutDeclaredInputs),
    },
    componentOptions,
  ),
);

/** Whether a component is the path of a file. */
export function isComponentFile(value: unknown): value is string {
  return typeof value === "string" && !value.startsWith("azureml:");
}

const named = reference(
  (value) =>
    isRegistryReference(value) ||
    isAssetReference(value, "components", true) ||
    isLocalPath(value) ||
    value.startsWith("file:"),
  "a path, azureml:NAME:VERSION, azureml:NAME@LABEL or azureml://registries/...",
  { suggest: (text) => registeredAs(text, "components") },
);

/** A component: registered, the path of a file, or inline. */
export function componentField(inline: Schema<Mapping> | undefined): Schema<string | Mapping> {
  return oneOf<string | Mapping>(
    (value) => (typeof value === "string" ? named : isMapping(value) ? inline : undefined),
    inline === undefined ? "a path or the name of a component" : "a path, the name of a component, or a component",
    inline === undefined ? [named] : [named, inline],
  );
}

export const nodeResources = fields(resourceFields(bindable));
export const nodeDistribution = bindable(distributionOf(bindable));
