/** Run settings of a job: machines, distribution, limits, queue, identity. */

import { byType, listOf, mapOf, oneOf } from "../schema/containers.ts";
import { transformed } from "../schema/custom.ts";
import { enumOf, snake } from "../schema/enums.ts";
import { type FieldsOptions, fields } from "../schema/fields.ts";
import { anything, boolean, integer, seconds, text } from "../schema/scalars.ts";
import { optional, required, type Schema } from "../schema/schema.ts";

const dockerArguments: Schema<string | readonly string[]> = oneOf<string | readonly string[]>(
  (value) => (typeof value === "string" ? text : Array.isArray(value) ? listOf(text) : undefined),
  "text or a list of texts",
  [text, listOf(text)],
);

/** Extends the type of a field with additional values, e.g. bindings in a node of a pipeline. */
export type Widen = <T>(type: Schema<T>) => Schema<T>;
const unchanged: Widen = (type) => type;

/** @see JobResourceConfigurationSchema of the SDK */
export const resourceFields = (widen: Widen = unchanged) => ({
  instance_count: optional(widen(integer), "Number of machines; 1 by default."),
  instance_type: optional(widen(text), "Machine type, e.g. `Standard_NC6s_v3`."),
  locations: optional(listOf(widen(text)), "Allowed regions of the machines."),
  max_instance_count: optional(widen(integer), "Maximum number of machines of an elastic job."),
  properties: optional(mapOf(anything), "Additional settings of the compute."),
  shm_size: optional(widen(text), "Size of the shared memory of the container, e.g. `2g`."),
  docker_args: optional(widen(dockerArguments), "Additional arguments of `docker run`."),
});
const resources = fields(resourceFields());

/** Resources; they are always printed with their properties. */
export const jobResources = transformed(resources, (given) => ({ properties: {}, ...given }));

const aboutDistributionType = "Framework that distributes the work.";
const aboutIdentityType = "Kind of identity.";

/** @see azure/ai/ml/_schema/job/distribution.py */
export function distributionOf(widen: Widen = unchanged, options: FieldsOptions = {}): Schema<DistributionField> {
  const processes = { process_count_per_instance: optional(widen(integer), "Number of processes on each machine.") };
  const tensorflow = fields(
    {
      type: required(enumOf(["tensorflow"]), aboutDistributionType),
      worker_count: optional(widen(integer), "Number of workers; by default one for each machine."),
      parameter_server_count: optional(widen(integer), "Number of parameter servers."),
    },
    options,
  );
  return byType<DistributionField>({
    pytorch: fields({ type: required(enumOf(["pytorch"]), aboutDistributionType), ...processes }, options),
    tensorflow: transformed<TensorFlowField, TensorFlowField>(tensorflow, (given) => ({
      parameter_server_count: 0,
      ...given,
    })),
    mpi: fields({ type: required(enumOf(["mpi"]), aboutDistributionType), ...processes }, options),
    ray: fields(
      {
        type: required(enumOf(["ray"]), aboutDistributionType),
        port: optional(widen(integer), "Port of the head node."),
        address: optional(widen(text), "Address of the head node."),
        include_dashboard: optional(widen(boolean), "Whether the dashboard is started."),
        dashboard_port: optional(widen(integer), "Port of the dashboard."),
        head_node_additional_args: optional(widen(text), "Additional arguments of `ray start` on the head node."),
        worker_node_additional_args: optional(widen(text), "Additional arguments of `ray start` on the worker nodes."),
      },
      options,
    ),
  });
}
export const distribution = distributionOf();

type TensorFlowField = {
  readonly type: "tensorflow";
  readonly worker_count?: number | bigint | undefined;
  readonly parameter_server_count?: number | bigint | undefined;
};

/** The distribution of a job over processes and machines. */
export type DistributionField =
  | { readonly type: "pytorch" | "mpi"; readonly process_count_per_instance?: number | bigint | undefined }
  | TensorFlowField
  | {
      readonly type: "ray";
      readonly port?: number | bigint | undefined;
      readonly address?: string | undefined;
      readonly include_dashboard?: boolean | undefined;
      readonly dashboard_port?: number | bigint | undefined;
      readonly head_node_additional_args?: string | undefined;
      readonly worker_node_additional_args?: string | undefined;
    };

/** Limits of a command; `timeout` is in seconds. */
export const commandLimitFields = (widen: Widen = unchanged) => ({
  timeout: optional(widen(seconds), "Time limit in seconds."),
});
export const commandLimits = fields(commandLimitFields());

export const queueFields = (widen: Widen = unchanged) => ({
  job_tier: optional(
    widen(enumOf(["null", "spot", "basic", "standard", "premium"])),
    "Queue tier; machines of the `spot` tier may be preempted.",
  ),
  priority: optional(widen(enumOf(["low", "medium", "high"])), "Priority within the queue."),
});
export const queueSettings = fields(queueFields());

export type IdentityField = {
  readonly type: "managed_identity" | "aml_token" | "user_identity";
  readonly client_id?: string | undefined;
  readonly object_id?: string | undefined;
};

const managedIdentity = fields({
  // The accepted spellings are validated by `byType` below.
  type: required(
    enumOf(["managed_identity"], () => "managed_identity"),
    aboutIdentityType,
  ),
  client_id: optional(text, "Client id of a user-assigned identity."),
  object_id: optional(text, "Object id of a user-assigned identity."),
});

/**
 * An identity. The SDK's schema also has `msi_resource_id`, but its class does not, so the SDK rejects jobs with it.
 * @see azure/ai/ml/_schema/job/identity.py
 */
export const identity: Schema<IdentityField> = byType<IdentityField>(
  {
    managed: managedIdentity,
    managed_identity: managedIdentity,
    aml_token: fields({ type: required(enumOf(["aml_token"], snake), aboutIdentityType) }),
    user_identity: fields({ type: required(enumOf(["user_identity"], snake), aboutIdentityType) }),
  },
  snake,
);
