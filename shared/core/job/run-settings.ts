/** How a job runs: machines, distribution, limits, queue, identity. */
import type * as z from "zod";
import { anything, boolean, byType, fields, integer, jsonSchema, listOf, mapOf, oneOf, type Piece, piece, readBy, snake, text, word } from "./schema.ts";

const dockerArguments: Piece<string | readonly string[]> = oneOf<string | readonly string[]>(
  (value) => (typeof value === "string" ? text : Array.isArray(value) ? listOf(text) : undefined),
  "text or a list of texts",
  [text, listOf(text)],
);

/** @see JobResourceConfigurationSchema of the SDK */
const resources = fields({
  instance_count: integer.optional(),
  instance_type: text.optional(),
  locations: listOf(text).optional(),
  max_instance_count: integer.optional(),
  properties: mapOf(anything).optional(),
  shm_size: text.optional(),
  docker_args: dockerArguments.optional(),
});

/** Resources always print their properties. */
export const jobResources: Piece<z.infer<typeof resources>> = piece(
  (value, report) => ({ properties: {}, ...readBy(resources, value, report) }),
  () => jsonSchema(resources),
);

const tensorflow = fields({ type: word(["tensorflow"]), worker_count: integer.optional(), parameter_server_count: integer.optional() });

/** @see azure/ai/ml/_schema/job/distribution.py */
export const distribution = byType({
  pytorch: fields({ type: word(["pytorch"]), process_count_per_instance: integer.optional() }),
  tensorflow: piece(
    (value, report) => ({ parameter_server_count: 0, ...(readBy(tensorflow, value, report) ?? { type: "tensorflow" }) }),
    () => jsonSchema(tensorflow),
  ),
  mpi: fields({ type: word(["mpi"]), process_count_per_instance: integer.optional() }),
  ray: fields({
    type: word(["ray"]),
    port: integer.optional(),
    address: text.optional(),
    include_dashboard: boolean.optional(),
    dashboard_port: integer.optional(),
    head_node_additional_args: text.optional(),
    worker_node_additional_args: text.optional(),
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
export const commandLimits = fields({ timeout: integer.optional() });

export const queueSettings = fields({
  job_tier: word(["null", "spot", "basic", "standard", "premium"]).optional(),
  priority: word(["low", "medium", "high"]).optional(),
});

export interface IdentityField {
  readonly type: "managed_identity" | "aml_token" | "user_identity";
  readonly client_id?: string | undefined;
  readonly object_id?: string | undefined;
}

const managedIdentity = fields({
  type: word(["managed_identity"], () => "managed_identity"),
  client_id: text.optional(),
  object_id: text.optional(),
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
