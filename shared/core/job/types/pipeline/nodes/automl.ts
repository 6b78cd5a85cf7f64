import type { Mapping } from "../../../../yaml/value.ts";
import { transformed } from "../../../schema/custom.ts";
import { automlNodeFields } from "../../automl/tasks.ts";

/**
 * A node that searches for the best model of a task. Unlike other nodes, it keeps its descriptive fields but its name.
 * @see AutoMLNodeSchema of the SDK
 */
export const automlNode = transformed<Mapping, Mapping>(automlNodeFields, ({ name: _name, ...node }) => ({
  ...node,
  type: "automl",
}));
