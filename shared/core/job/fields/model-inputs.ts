/** Inputs of finetuning and distillation jobs: a model and data. */

import { isMapping } from "../../yaml/value.ts";
import { oneOf } from "../schema/containers.ts";
import { transformed } from "../schema/custom.ts";
import { enumOf } from "../schema/enums.ts";
import { fields } from "../schema/fields.ts";
import { text } from "../schema/scalars.ts";
import { optional, type Schema } from "../schema/schema.ts";
import { type AssetInput, dataLocation, modelLocation } from "./inputs-outputs.ts";

/** A model; its type may be omitted. */
export const model = fields({
  ...modelLocation,
  type: optional(enumOf(["custom_model", "mlflow_model", "triton_model"]), "Kind of model."),
});

const mapped = fields({
  ...dataLocation,
  type: optional(enumOf(["uri_file", "uri_folder"]), "Type: a file or a folder; a folder by default."),
});

const folder = transformed<AssetInput, AssetInput>(mapped, (given) => ({ type: "uri_folder", ...given }));
const file = transformed<string, AssetInput>(text, (path) => ({ type: "uri_file", path }));

/** Data: a mapping, or a text with the path of a file. */
export const data: Schema<AssetInput> = oneOf<AssetInput>(
  (value) => (typeof value === "string" ? file : isMapping(value) ? folder : undefined),
  "a path, or a mapping with type and path",
  [file, folder],
);
