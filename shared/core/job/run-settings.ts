/** How a job runs: machines, distribution, limits, queue, identity. */
import type * as z from "zod";
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
  instance_count: widen(integer).optional(),
  instance_type: widen(text).optional(),
  locations: listOf(widen(text)).optional(),
  max_instance_count: widen(integer).optional(),
  properties: mapOf(anything).optional(),
  shm_size: widen(text).optional(),
  docker_args: widen(dockerArguments).optional(),
});
const resources = fields(resourceFields());

/** Resources always print their properties. */
export const jobResources: Piece<z.infer<typeof resources>> = piece(
  (value, report) => ({ properties: {}, ...readBy(resources, value, report) }),
  () => jsonSchema(resources),
);

/** @see azure/ai/ml/_schema/job/distribution.py */
export function distributionOf(widen: Widen = asIs, options: FieldsOptions = {}): Piece<DistributionField> {
  const processes = { process_count_per_instance: widen(integer).optional() };
  const tensorflow = fields(
    { type: word(["tensorflow"]), worker_count: widen(integer).optional(), parameter_server_count: widen(integer).optional() },
    options,
  );
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
        port: widen(integer).optional(),
        address: widen(text).optional(),
        include_dashboard: widen(boolean).optional(),
        dashboard_port: widen(integer).optional(),
        head_node_additional_args: widen(text).optional(),
        worker_node_additional_args: widen(text).optional(),
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
export const commandLimitFields = (widen: Widen = asIs) => ({ timeout: widen(integer).optional() });
export const commandLimits = fields(commandLimitFields());

export const queueFields = (widen: Widen = asIs) => ({
  job_tier: widen(word(["null", "spot", "basic", "standard", "premium"])).optional(),
  priority: widen(word(["low", "medium", "high"])).optional(),
});
export const queueSettings = fields(queueFields());

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
