/** Inputs and outputs of jobs in their REST form. @see azure/ai/ml/entities/_job/_input_output_helpers.py */

import { withoutFileScheme } from "../../../../core/job/checks/local-files.ts";
import { hasBinding } from "../../../../core/job/fields/bindings.ts";
import type { InputField, OutputField } from "../../../../core/job/fields/inputs-outputs.ts";
import { isLocalDataPath } from "../../../../core/job/fields/references.ts";
import { pythonText } from "../../../../core/yaml/python-text.ts";
import { isMapping, type Mapping, mapValues, type Value } from "../../../../core/yaml/value.ts";
import { type AssetResolver, assetId, withoutAzuremlPrefix } from "../asset-ids/asset-ids.ts";

/** Input modes: YAML value -> REST value. */
export const inputModes: Readonly<Record<string, string>> = {
  mount: "ReadOnlyMount",
  ro_mount: "ReadOnlyMount",
  rw_mount: "ReadWriteMount",
  download: "Download",
  direct: "Direct",
  eval_mount: "EvalMount",
  eval_download: "EvalDownload",
};

/** Output modes: YAML value -> REST value. */
export const outputModes: Readonly<Record<string, string>> = {
  mount: "ReadWriteMount",
  rw_mount: "ReadWriteMount",
  upload: "Upload",
  direct: "Direct",
};

/** The REST value of a YAML value, regardless of case; undefined if there is none. */
export function restWord(words: Readonly<Record<string, string>>, value: Value | undefined): string | undefined {
  return typeof value === "string" && Object.hasOwn(words, value.toLowerCase())
    ? words[value.toLowerCase()]
    : undefined;
}

/** Location of data: an ARM id, a URI, or the URI of uploaded data for a local path. */
export function dataUri({ path, type = "uri_folder", datastore }: Mapping, assets: AssetResolver): string | undefined {
  if (typeof path !== "string") return undefined;
  if (/^azureml:\/[^/]/.test(path)) return path.slice("azureml:".length);
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(path) && !path.startsWith("file:")) return path;
  if (path.includes("${{") || /^\/?subscriptions\//.test(path) || path.startsWith("runs:")) return path;
  if (!isLocalDataPath(path))
    return assetId(path, type === "mlflow_model" || type === "custom_model" ? "models" : "data", assets);
  const local = withoutFileScheme(path);
  const store =
    typeof datastore === "string" && datastore !== "" ? withoutAzuremlPrefix(datastore) : "workspaceblobstore";
  const uri = assets.resolve({ kind: "data", key: `data:${store}:${local}`, path: local, datastore: store });
  return type === "uri_folder" && !uri.endsWith("/") ? `${uri}/` : uri;
}

/** One input. Literals are sent as texts, in Python's notation; so are bindings. */
export function inputToRest(input: Value | undefined, assets: AssetResolver): Mapping {
  if (!isMapping(input)) return { jobInputType: "literal", value: pythonText(input ?? null) };
  if (hasBinding(input.path)) return { jobInputType: "literal", value: input.path };
  return {
    jobInputType: input.type ?? "uri_folder",
    uri: dataUri(input, assets),
    mode: restWord(inputModes, input.mode),
  };
}

export function inputsToRest(inputs: Readonly<Record<string, InputField>>, assets: AssetResolver): Mapping {
  return mapValues(inputs, (input) => inputToRest(input, assets));
}

/** One output. An output without settings is a folder whose location Azure ML chooses. */
export function outputToRest(output: Value | undefined): Mapping {
  if (!isMapping(output)) return { jobOutputType: "uri_folder" };
  const { type, path, name, version, mode } = output;
  return {
    jobOutputType: type ?? "uri_folder",
    uri: path,
    assetName: name,
    assetVersion: version,
    mode: restWord(outputModes, mode),
  };
}

export function outputsToRest(outputs: Readonly<Record<string, OutputField>>): Mapping {
  return mapValues(outputs, outputToRest);
}
