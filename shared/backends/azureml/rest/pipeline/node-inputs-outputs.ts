/** Inputs and outputs of pipeline nodes in their REST form. */
import { isOutputBinding } from "../../../../core/job/types/pipeline/nodes/node-fields.ts";
import { isMapping, type Mapping, mapValues, type Value } from "../../../../core/yaml/value.ts";
import type { AssetResolver } from "../asset-ids/asset-ids.ts";
import { inputModes, inputToRest, outputModes, outputToRest, restWord } from "../fields/inputs-outputs.ts";
import { snakeKeys } from "../values/letter-case.ts";

export function nodeInputToRest(input: Value | undefined, assets: AssetResolver): Mapping {
  const sent = snakeKeys(inputToRest(input, assets));
  // Unlike in jobs, a binding has a mode here.
  return isMapping(input) && sent.job_input_type === "literal"
    ? { ...sent, mode: restWord(inputModes, input.mode) }
    : sent;
}

export function nodeOutputsToRest(outputs: Mapping): Mapping {
  const present = Object.entries(outputs).filter(([, output]) => output !== null);
  return mapValues(Object.fromEntries(present), nodeOutputToRest);
}

function nodeOutputToRest(output: Value | undefined): Mapping {
  if (typeof output === "string")
    return isOutputBinding(output)
      ? { value: output, type: "literal" }
      : { uri: output, job_output_type: "uri_folder" };
  const { path, mode, name, version } = isMapping(output) ? output : {};
  if (isOutputBinding(path)) return { value: path, type: "literal", mode: restWord(outputModes, mode), name, version };
  const { asset_name, asset_version, ...sent } = snakeKeys(outputToRest(output));
  return { ...sent, name: asset_name, version: asset_version };
}
