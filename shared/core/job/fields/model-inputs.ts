/** Inputs of finetuning and distillation jobs: a model and data. */
import { isMapping, type Mapping } from "../../yaml/value.ts";
import { type CheckContext, checkInputPaths } from "../checks/local-files.ts";
import { fields, oneOf } from "../schema/containers.ts";
import { word } from "../schema/enums.ts";
import { text } from "../schema/scalars.ts";
import { jsonSchema, optional, type Piece, piece, readBy } from "../schema/schema.ts";
import { type AssetInput, dataLocation, modelLocation } from "./inputs-outputs.ts";

/** A model; its type may be omitted. */
export const model = fields({
  ...modelLocation,
  type: optional(word(["custom_model", "mlflow_model", "triton_model"]), "Kind of model."),
});

const mapped = fields({
  ...dataLocation,
  type: optional(word(["uri_file", "uri_folder"]), "Type: a file or a folder; a folder by default."),
});

const folder: Piece<AssetInput> = piece(
  (value, report) => ({ type: "uri_folder", ...readBy(mapped, value, report) }),
  () => jsonSchema(mapped),
);

/** Inputs that were written as text: they have no `path` field that an issue could point to. */
const fromText = new WeakSet<object>();

const file: Piece<AssetInput> = piece(
  (value, report) => {
    const input = { type: "uri_file", path: readBy(text, value, report) ?? "" };
    fromText.add(input);
    return input;
  },
  () => ({ type: "string" }),
);

/** Data: a mapping, or a text with the path of a file. */
export const data: Piece<AssetInput> = oneOf<AssetInput>(
  (value) => (typeof value === "string" ? file : isMapping(value) ? folder : undefined),
  "a path, or a mapping with type and path",
  [file, folder],
);

/** Checks the local paths of the named inputs of a job. */
export function checkModelInputs(job: Mapping, names: readonly string[], context: CheckContext): void {
  for (const name of names) {
    const input = job[name];
    if (!isMapping(input)) continue;
    const find: typeof context.find = (finding) =>
      context.find(fromText.has(input) ? { ...finding, path: [name] } : finding);
    checkInputPaths({ ...context, find }, { [name]: input }, []);
  }
}
