import type { Mapping } from "../../../../yaml/value.ts";
import { transformed } from "../../../schema/custom.ts";
import {
  aboutComponent,
  aboutCompute,
  aboutIdentity,
  aboutNodeType,
  aboutQueue,
  aboutResources,
} from "../../../schema/descriptions.ts";
import { enumOf } from "../../../schema/enums.ts";
import { fields } from "../../../schema/fields.ts";
import { optional, required } from "../../../schema/schema.ts";
import { sweepNodeFields } from "../../sweep/sweep-settings.ts";
import { commandComponent, componentField, nodeQueueSettings, nodeResources } from "../components/components.ts";
import { componentNodeFields, nodeCompute, nodeIdentity, withoutDroppedFields } from "./node-fields.ts";

const componentNode = fields(
  {
    type: optional(enumOf(["sweep"]), aboutNodeType),
    trial: required(componentField(commandComponent), aboutComponent),
    ...componentNodeFields,
    ...sweepNodeFields,
    compute: optional(nodeCompute, aboutCompute),
    identity: optional(nodeIdentity, aboutIdentity),
    queue_settings: optional(nodeQueueSettings, aboutQueue),
    resources: optional(nodeResources, aboutResources),
  },
  { unknown: "keep" },
);

/** A node that runs a component with different parameters. @see SweepSchema of the SDK */
export const sweepNode = transformed<Mapping, Mapping>(componentNode, (node) => ({
  ...withoutDroppedFields(node),
  type: "sweep",
}));
