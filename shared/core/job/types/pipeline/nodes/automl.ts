import type { Mapping } from "../../../../yaml/value.ts";
import { jsonSchema, type Piece, piece, readBy } from "../../../schema/schema.ts";
import { automlNodeFields } from "../../automl/tasks.ts";

/**
 * A node that searches for the best model of a task. Unlike other nodes, it keeps its descriptive fields but its name.
 * @see AutoMLNodeSchema of the SDK
 */
export const automlNode: Piece<Mapping> = piece(
  (value, report) => {
    const { name: _name, ...node } = readBy(automlNodeFields, value, report) ?? {};
    return { ...node, type: "automl" };
  },
  () => jsonSchema(automlNodeFields),
);
