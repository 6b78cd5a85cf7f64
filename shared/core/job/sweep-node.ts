import type { Mapping } from "../yaml/value.ts";
import { commandComponent, componentField, nodeQueueSettings, nodeResources } from "./components.ts";
import { fields } from "./composites.ts";
import { aboutComponent, aboutCompute, aboutIdentity, aboutNodeType, aboutQueue, aboutResources } from "./descriptions.ts";
import { componentNodeFields, keptFields, nodeCompute, nodeIdentity } from "./node-fields.ts";
import { field, jsonSchema, optional, type Piece, piece, readBy } from "./piece.ts";
import { boundSweepFields } from "./sweep-fields.ts";
import { word } from "./words.ts";

const ofComponent = fields(
  {
    type: optional(word(["sweep"]), aboutNodeType),
    trial: field(componentField(commandComponent), aboutComponent),
    ...componentNodeFields,
    ...boundSweepFields,
    compute: optional(nodeCompute, aboutCompute),
    identity: optional(nodeIdentity, aboutIdentity),
    queue_settings: optional(nodeQueueSettings, aboutQueue),
    resources: optional(nodeResources, aboutResources),
  },
  { unknown: "keep" },
);

/** A node that sweeps over a component. @see SweepSchema of the SDK */
export const sweepNode: Piece<Mapping> = piece(
  (value, report) => ({ ...keptFields((readBy(ofComponent, value, report) ?? {}) as Mapping), type: "sweep" }),
  () => jsonSchema(ofComponent),
);
