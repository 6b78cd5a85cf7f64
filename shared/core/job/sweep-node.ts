import type { Mapping } from "../yaml/value.ts";
import { commandComponent, componentField, nodeQueueSettings, nodeResources } from "./components.ts";
import { componentNodeFields, keptFields, nodeCompute, nodeIdentity } from "./node-fields.ts";
import { fields, type Piece, piece, readBy, word } from "./schema.ts";
import { boundSweepFields } from "./sweep-fields.ts";

const ofComponent = fields(
  {
    type: word(["sweep"]).optional(),
    trial: componentField(commandComponent),
    ...componentNodeFields,
    ...boundSweepFields,
    compute: nodeCompute.optional(),
    identity: nodeIdentity.optional(),
    queue_settings: nodeQueueSettings.optional(),
    resources: nodeResources.optional(),
  },
  { unknown: "keep" },
);

/** A node that sweeps over a component. @see SweepSchema of the SDK */
export const sweepNode: Piece<Mapping> = piece(
  (value, report) => ({ ...keptFields((readBy(ofComponent, value, report) ?? {}) as Mapping), type: "sweep" }),
  () => ({ type: "object" }),
);
