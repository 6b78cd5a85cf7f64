/** How a job runs: machines, distribution, limits, queue, identity. */
import type * as z from "zod/mini";
import {
  anything,
  boolean,
  byType,
  type FieldsOptions,
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

/** Makes each field of a setting take something else as well, e.g. a binding in a node of a pipeline. */
export type Widen = <T>(type: Piece<T>) => Piece<T>;
const asIs: Widen = (type) => type;

/** @see JobResourceConfigurationSchema of the SDK */
export const resourceFields = (widen: Widen = asIs) => ({
  instance_count: optional(widen(integer)),
  instance_type: optional(widen(text)),
  locations: optional(listOf(widen(text))),
  max_instance_count: optional(widen(integer)),
  properties: optional(mapOf(anything)),
  shm_size: optional(widen(text)),
  docker_args: optional(widen(dockerArguments)),
});
const resources = fields(resourceFields());

/** Resources always print their properties. */
export const jobResources: Piece<z.infer<typeof resources>> = piece(
  (value, report) => ({ properties: {}, ...readBy(resources, value, report) }),
  () => jsonSchema(resources),
);

/** @see azure/ai/ml/_schema/job/distribution.py */
export function distributionOf(widen: Widen = asIs, options: FieldsOptions = {}): Piece<DistributionField> {
  const processes = { process_count_per_instance: optional(widen(integer)) };
  const tensorflow = fields({ type: word(["tensorflow"]), worker_count: optional(widen(integer)), parameter_server_count: optional(widen(integer)) }, options);
  return byType({
    pytorch: fields({ type: word(["pytorch"]), ...processes }, options),
    tensorflow: piece(
      (value, report) => ({ parameter_server_count: 0, ...(readBy(tensorflow, value, report) ?? { type: "tensorflow" }) }),
      () => jsonSchema(tensorflow),
    ),
    mpi: fields({ type: word(["mpi"]), ...processes }, options),
    ray: fields(
      {
        type: word(["ray"]),
        port: optional(widen(integer)),
        address: optional(widen(text)),
        include_dashboard: optional(widen(boolean)),
        dashboard_port: optional(widen(integer)),
        head_node_additional_args: optional(widen(text)),
        worker_node_additional_args: optional(widen(text)),
      },
      options,
    ),
  } as Readonly<Record<string, Piece<DistributionField>>>);
}
export const distribution = distributionOf();

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
export const commandLimitFields = (widen: Widen = asIs) => ({ timeout: optional(widen(integer)) });
export const commandLimits = fields(commandLimitFields());

export const queueFields = (widen: Widen = asIs) => ({
  job_tier: optional(widen(word(["null", "spot", "basic", "standard", "premium"]))),
  priority: optional(widen(word(["low", "medium", "high"]))),
});
export const queueSettings = fields(queueFields());

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
