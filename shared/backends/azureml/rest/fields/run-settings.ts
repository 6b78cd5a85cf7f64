/** Settings that several job types share, in their REST form. */
import type { JobFields, ServiceField } from "../../../../core/job/fields/base-fields.ts";
import type { DistributionField, IdentityField } from "../../../../core/job/fields/run-settings.ts";
import { isMapping, type Mapping, numberOf, type Value } from "../../../../core/yaml/value.ts";
import { defined } from "../../../../lib/defined.ts";
import { camelKeys, pascal } from "../values/letter-case.ts";
import { withoutNulls } from "../values/mappings.ts";
import { ifDefined } from "../values/optional.ts";
import { restWord } from "./inputs-outputs.ts";

/** @see JobResourceConfiguration of the SDK */
export function resourcesToRest(resources: Mapping): Mapping {
  const { docker_args, locations, max_instance_count, ...rest } = resources;
  const properties = resourceProperties(rest.properties);
  // The other fields exist only in old versions of the API, and the SDK does not send them with a list of arguments.
  if (Array.isArray(docker_args) && docker_args.length > 0)
    return { ...camelKeys(rest), properties, dockerArgsList: docker_args };
  return { ...camelKeys(rest), properties, dockerArgs: docker_args, locations, maxInstanceCount: max_instance_count };
}

const resourcePropertyNames: Readonly<Record<string, string>> = {
  aisupercomputer: "AISuperComputer",
  singularity: "AISuperComputer",
  itp: "itp",
  target_selector: "target_selector",
};

/**
 * Properties of resources without nulls; some have different names in the REST API.
 * @see Properties in azure/ai/ml/entities/_job/job_resource_configuration.py
 */
function resourceProperties(properties: Value | undefined): Mapping | undefined {
  if (!isMapping(properties)) return undefined;
  const names = Object.entries(withoutNulls(properties)).map(
    ([name, value]) => [restWord(resourcePropertyNames, name) ?? name, value] as const,
  );
  return Object.fromEntries(names);
}

/** Distribution types: YAML value -> REST value. */
export const distributionTypes: Readonly<Record<string, string>> = {
  pytorch: "PyTorch",
  mpi: "Mpi",
  tensorflow: "TensorFlow",
  ray: "Ray",
};

export function distributionToRest({ type, ...rest }: DistributionField): Mapping {
  return { ...camelKeys(rest), distributionType: distributionTypes[type] };
}

/** Identity types: YAML value -> REST value. */
export const identityTypes: Readonly<Record<string, string>> = {
  managed_identity: "Managed",
  aml_token: "AMLToken",
  user_identity: "UserIdentity",
};

export function identityToRest({ type, ...rest }: IdentityField): Mapping {
  return { ...camelKeys(rest), identityType: identityTypes[type] };
}

/** Queue priorities: YAML value -> REST value. */
export const priorities: Readonly<Record<string, number>> = { low: 1, medium: 2, high: 3 };

export function queueToRest({ job_tier, priority }: Mapping): Mapping {
  const tier = typeof job_tier === "string" ? pascal(job_tier) : undefined;
  return { jobTier: tier, priority: typeof priority === "string" ? priorities[priority] : undefined };
}

/**
 * Seconds as an ISO 8601 duration with days as the largest unit; undefined for zero.
 * @see isodate.duration_isoformat, which the SDK uses
 */
export function duration(seconds: Value | undefined): string | undefined {
  const total = numberOf(seconds) ?? 0;
  if (total === 0) return undefined;
  const size = Math.abs(total);
  const parts = [
    [Math.floor(size / 86_400), "D"],
    [Math.floor(size / 3_600) % 24, "H"],
    [Math.floor(size / 60) % 60, "M"],
    [size % 60, "S"],
  ] as const;
  const shown = ([count, unit]: readonly [number, string]): string => (count === 0 ? "" : `${count}${unit}`);
  const time = parts.slice(1).map(shown).join("");
  return `${total < 0 ? "-" : ""}P${shown(parts[0])}${time === "" ? "" : `T${time}`}`;
}

/** Service types: YAML value -> REST value. */
export const serviceTypes: Readonly<Record<string, string>> = {
  ssh: "SSH",
  tensor_board: "TensorBoard",
  vs_code: "VSCode",
  jupyter_lab: "JupyterLab",
};

export function servicesToRest(services: Readonly<Record<string, ServiceField>>): Mapping {
  return Object.fromEntries(Object.entries(services).map(([name, service]) => [name, serviceToRest(service)]));
}

function serviceToRest({ type, nodes, port, properties, ssh_public_keys, log_dir }: ServiceField): Mapping {
  const own = defined({ sshPublicKeys: ssh_public_keys, logDir: log_dir });
  return {
    jobServiceType: restWord(serviceTypes, type),
    nodes: ifDefined(nodes, () => ({ nodesValueType: "All" })),
    port,
    properties: properties !== undefined || Object.keys(own).length > 0 ? { ...properties, ...own } : undefined,
  };
}

/** The fields that every job has. */
export function baseToRest(fields: JobFields, type: string): Mapping {
  const { name, display_name, description, experiment_name, tags, properties, identity, services } = fields;
  const { "_azureml.ComputeTargetType": _target, ...own } = properties ?? {};
  return {
    jobType: type,
    displayName: display_name || name,
    description,
    experimentName: experiment_name,
    tags: tags ?? {},
    properties: own,
    isArchived: false,
    identity: ifDefined(identity, identityToRest),
    services: ifDefined(services, servicesToRest),
  };
}
