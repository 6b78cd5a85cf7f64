/** Fields that several job types share, read back from their REST form. */

import { inputModes } from "../../../shared/backends/azureml/rest/fields/inputs-outputs.ts";
import {
  distributionTypes,
  identityTypes,
  priorities,
} from "../../../shared/backends/azureml/rest/fields/run-settings.ts";
import { distributionParameters } from "../../../shared/backends/azureml/rest/fields/sweep-settings.ts";
import { snake, snakeFields } from "../../../shared/backends/azureml/rest/values/letter-case.ts";
import { mappingOrEmpty, withoutMissing } from "../../../shared/backends/azureml/rest/values/mappings.ts";
import { type Mapping, mapValues, type Value } from "../../../shared/core/yaml/value.ts";
import { referenceFrom, secondsFrom, textAt, wordFrom } from "./values.ts";

const modeNames: Readonly<Record<string, string>> = { ro_mount: "ReadOnlyMount", ...inputModes };

/** An input of a job or a node. A literal stays a text, because its type is not sent. */
export function inputFrom(input: Value | undefined, workspace: string): Value {
  const { job_input_type, value, uri, mode } = snakeFields(mappingOrEmpty(input));
  const given = wordFrom(modeNames, mode);
  if (job_input_type !== "literal" && job_input_type !== undefined) {
    // A folder with a mode of tables can only be loaded without its type.
    const type = job_input_type === "uri_folder" && given?.startsWith("eval_") === true ? undefined : job_input_type;
    return withoutMissing({ type, path: referenceFrom(uri, workspace), mode: given });
  }
  return given === undefined ? (value ?? "") : withoutMissing({ path: value, mode: given });
}

export function inputsFrom(inputs: Value | undefined, workspace: string): Mapping {
  return mapValues(mappingOrEmpty(inputs), (input) => inputFrom(input, workspace));
}

const outputModeNames: Readonly<Record<string, string>> = {
  rw_mount: "ReadWriteMount",
  upload: "Upload",
  direct: "Direct",
};

export function outputFrom(output: Value | undefined): Value {
  const { job_output_type, type, value, uri, mode, asset_name, name, asset_version, version } = snakeFields(
    mappingOrEmpty(output),
  );
  const rest = { mode: wordFrom(outputModeNames, mode), name: asset_name ?? name, version: asset_version ?? version };
  if (type !== "literal") return withoutMissing({ type: job_output_type, path: uri, ...rest });
  return Object.keys(withoutMissing(rest)).length === 0 ? (value ?? null) : withoutMissing({ path: value, ...rest });
}

export function outputsFrom(outputs: Value | undefined): Mapping {
  return mapValues(mappingOrEmpty(outputs), outputFrom);
}

export function resourcesFrom(resources: Mapping): Mapping {
  const { docker_args_list, ...rest } = snakeFields(resources);
  return docker_args_list === undefined ? rest : { ...rest, docker_args: docker_args_list };
}

export function distributionFrom(distribution: Mapping): Mapping {
  const { distribution_type, ...rest } = snakeFields(distribution);
  return { ...rest, type: wordFrom(distributionTypes, distribution_type) };
}

export function identityFrom(identity: Mapping): Mapping {
  const { identity_type, ...rest } = snakeFields(identity);
  return { ...rest, type: wordFrom(identityTypes, identity_type) };
}

export function queueFrom(queue: Mapping): Mapping {
  const { job_tier, priority } = snakeFields(queue);
  const [name] = Object.entries(priorities).find(([, value]) => value === priority) ?? [];
  return withoutMissing({ job_tier: textAt(job_tier)?.toLowerCase(), priority: name });
}

export function limitsFrom(limits: Mapping): Mapping {
  const { job_limits_type: _type, timeout, trial_timeout, ...rest } = snakeFields(limits);
  return withoutMissing({ ...rest, timeout: secondsFrom(timeout), trial_timeout: secondsFrom(trial_timeout) });
}

/** Missing numbers are null, because the SDK sets its defaults for a policy without them. */
export function policyFrom(policy: Mapping): Mapping {
  const { policy_type, ...rest } = snakeFields(policy);
  const type = policy_type === undefined ? rest.type : snake(String(policy_type));
  return {
    evaluation_interval: null,
    delay_evaluation: null,
    ...(type === "bandit" ? { slack_factor: null, slack_amount: null } : {}),
    ...rest,
    type,
  };
}

export function entryFrom(entry: Mapping): Mapping {
  const { file, class_name } = snakeFields(entry);
  return withoutMissing({ file, class_name });
}

/** The parameters of a distribution by name. */
export function numbersFrom(type: string, given: readonly Value[]): Mapping {
  return Object.fromEntries((distributionParameters[type] ?? []).map((name, index) => [name, given[index] ?? null]));
}
