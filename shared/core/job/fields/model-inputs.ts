/** The model and the data that finetuning and distillation jobs take. */
import { isMapping, type Mapping } from "../../yaml/value.ts";
import { type CheckContext, checkInputPaths } from "../checks/local-files.ts";
import { fields, oneOf } from "../schema/containers.ts";
import { word } from "../schema/enums.ts";
import { text } from "../schema/scalars.ts";
import { jsonSchema, optional, type Piece, piece, readBy } from "../schema/schema.ts";
import { type AssetInput, dataLocation, modelLocation } from "./inputs-outputs.ts";

/** A model, whose type may be left out. */
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

/** Data that came as text: it has no `path` of its own that an issue could point at. */
const named = new WeakSet<object>();

const file: Piece<AssetInput> = piece(
  (value, report) => {
    const input = { type: "uri_file", path: readBy(text, value, report) ?? "" };
    named.add(input);
    return input;
  },
  () => ({ type: "string" }),
);

/** Data as a mapping, or as text, which is the path of a file. */
export const data: Piece<AssetInput> = oneOf<AssetInput>(
  (value) => (typeof value === "string" ? file : isMapping(value) ? folder : undefined),
  "a path, or a mapping with type and path",
  [file, folder],
);

/** Checks the local paths of these inputs of a job. */
export function checkModelInputs(job: Mapping, names: readonly string[], context: CheckContext): void {
  for (const name of names) {
    const input = job[name];
    if (!isMapping(input)) continue;
    const find: typeof context.find = (finding) =>
      context.find(named.has(input) ? { ...finding, path: [name] } : finding);
    checkInputPaths({ ...context, find }, { [name]: input }, []);
  }
}
