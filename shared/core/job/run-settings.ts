/** How a job runs: machines, distribution, limits, queue, identity. */
import type * as z from "zod/mini";
import {
  anything,
  boolean,
  byType,
  fields,
  integer,
  jsonSchema,
  listOf,
  mapOf,
  oneOf,
  optional,
  type Piece,
  piece,
  readBy,
  snake,
  text,
  word,
} from "./schema.ts";

const dockerArguments: Piece<string | readonly string[]> = oneOf<string | readonly string[]>(
  (value) => (typeof value === "string" ? text : Array.isArray(value) ? listOf(text) : undefined),
  "text or a list of texts",
  [text, listOf(text)],
);

/** @see JobResourceConfigurationSchema of the SDK */
const resources = fields({
  instance_count: optional(integer),
  instance_type: optional(text),
  locations: optional(listOf(text)),
  max_instance_count: optional(integer),
  properties: optional(mapOf(anything)),
  shm_size: optional(text),
  docker_args: optional(dockerArguments),
});

/** Resources always print their properties. */
export const jobResources: Piece<z.infer<typeof resources>> = piece(
  (value, report) => ({ properties: {}, ...readBy(resources, value, report) }),
  () => jsonSchema(resources),
);

const tensorflow = fields({ type: word(["tensorflow"]), worker_count: optional(integer), parameter_server_count: optional(integer) });

/** @see azure/ai/ml/_schema/job/distribution.py */
export const distribution = byType({
  pytorch: fields({ type: word(["pytorch"]), process_count_per_instance: optional(integer) }),
  tensorflow: piece(
    (value, report) => ({ parameter_server_count: 0, ...(readBy(tensorflow, value, report) ?? { type: "tensorflow" }) }),
    () => jsonSchema(tensorflow),
  ),
  mpi: fields({ type: word(["mpi"]), process_count_per_instance: optional(integer) }),
  ray: fields({
    type: word(["ray"]),
    port: optional(integer),
    address: optional(text),
    include_dashboard: optional(boolean),
    dashboard_port: optional(integer),
    head_node_additional_args: optional(text),
    worker_node_additional_args: optional(text),
  }),
} as Readonly<Record<string, Piece<DistributionField>>>);

/** The distribution of a job over processes and machines. */
export type DistributionField =
  | { readonly type: "pytorch" | "mpi"; readonly process_count_per_instance?: number | bigint | undefined }
  | { readonly type: "tensorflow"; readonly worker_count?: number | bigint | undefined; readonly parameter_server_count?: number | bigint | undefined }
  | {
      readonly type: "ray";
      readonly port?: number | bigint | undefined;
      readonly address?: string | undefined;
      readonly include_dashboard?: boolean | undefined;
      readonly dashboard_port?: number | bigint | undefined;
      readonly head_node_additional_args?: string | undefined;
      readonly worker_node_additional_args?: string | undefined;
    };

/** Seconds. */
export const commandLimits = fields({ timeout: optional(integer) });

export const queueSettings = fields({
  job_tier: optional(word(["null", "spot", "basic", "standard", "premium"])),
  priority: optional(word(["low", "medium", "high"])),
});

export interface IdentityField {
  readonly type: "managed_identity" | "aml_token" | "user_identity";
  readonly client_id?: string | undefined;
  readonly object_id?: string | undefined;
}

const managedIdentity = fields({
  type: word(["managed_identity"], () => "managed_identity"),
  client_id: optional(text),
  object_id: optional(text),
});

/** The SDK's schema has `msi_resource_id` too, but its class does not, so every job that uses it is refused. @see azure/ai/ml/_schema/job/identity.py */
export const identity: Piece<IdentityField> = byType<IdentityField>(
  {
    managed: managedIdentity,
    managed_identity: managedIdentity,
    aml_token: fields({ type: word(["aml_token"], snake) }),
    user_identity: fields({ type: word(["user_identity"], snake) }),
  },
  snake,
);
