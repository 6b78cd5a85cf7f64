import type { Mapping } from "../../../../yaml/value.ts";
import { transformed } from "../../../schema/custom.ts";
import { automlNodeFields } from "../../automl/tasks.ts";

/**
 * A node that searches for the best model of a task. Unlike other nodes, it keeps all descriptive fields except its
 * name.
 * @see AutoMLNodeSchema of the SDK
 */
export const automlNode = transformed<Mapping, Mapping>(automlNodeFields, ({ name: _name, ...node }) => ({
  ...node,
  type: "automl",
}));
