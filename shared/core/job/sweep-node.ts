import type { Mapping } from "../yaml/value.ts";
import { commandComponent, componentField, nodeQueueSettings, nodeResources } from "./components.ts";
import { componentNodeFields, keptFields, nodeCompute, nodeIdentity } from "./node-fields.ts";
import { fields, jsonSchema, optional, type Piece, piece, readBy, word } from "./schema.ts";
import { boundSweepFields } from "./sweep-fields.ts";

const ofComponent = fields(
  {
    type: optional(word(["sweep"])),
    trial: componentField(commandComponent),
    ...componentNodeFields,
    ...boundSweepFields,
    compute: optional(nodeCompute),
    identity: optional(nodeIdentity),
    queue_settings: optional(nodeQueueSettings),
    resources: optional(nodeResources),
  },
  { unknown: "keep" },
);

/** A node that sweeps over a component. @see SweepSchema of the SDK */
export const sweepNode: Piece<Mapping> = piece(
  (value, report) => ({ ...keptFields((readBy(ofComponent, value, report) ?? {}) as Mapping), type: "sweep" }),
  () => jsonSchema(ofComponent),
);
