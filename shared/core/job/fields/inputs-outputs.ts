/** Inputs and outputs of jobs. @see azure/ai/ml/_schema/job/input_output_entry.py */
import type * as z from "zod/mini";
import { type Float, isFloat, isInteger, isMapping, numberOf, type Value } from "../../yaml/value.ts";
import { fields, lookUp, mapOf, oneOf } from "../schema/containers.ts";
import { type Problem, show } from "../schema/diagnostics.ts";
import { lower, word, wrongWord } from "../schema/enums.ts";
import { boolean, text, version } from "../schema/scalars.ts";
import { field, jsonSchema, optional, type Piece, piece, readBy } from "../schema/schema.ts";
import type { Widen } from "./run-settings.ts";

/** A literal value of an input. */
export type Literal = string | boolean | number | bigint | Float;

const location = {
  path: optional(text, "Location: a registered asset, a datastore, a URL, or a path relative to the job file."),
  datastore: optional(text, "Datastore that a local path is uploaded to."),
};
const dataModes = word(["download", "ro_mount", "direct"]);
const tableModes = word(["download", "ro_mount", "direct", "eval_mount", "eval_download"]);
const pathOnCompute = { path_on_compute: optional(text, "Path at which the job finds the data.") };
const aboutAccessMode = "Access mode: the data is downloaded, mounted, or passed as a URL only.";
const aboutInputType = "Type: a file, a folder, a table or a model.";

/** Location and access mode of a model. */
export const modelLocation = { mode: optional(dataModes, aboutAccessMode), ...location };
/** Location and access mode of data. */
export const dataLocation = { ...modelLocation, ...pathOnCompute };

const dataInput = fields({ type: field(word(["uri_file", "uri_folder"]), aboutInputType), ...dataLocation });
const modelInput = fields({
  type: field(word(["custom_model", "mlflow_model", "triton_model"]), aboutInputType),
  ...modelLocation,
});
const tableInput = fields({
  type: field(word(["mltable"]), aboutInputType),
  mode: optional(tableModes, aboutAccessMode),
  ...location,
  ...pathOnCompute,
});
/** An input that must be a table; its type may be omitted. */
export const tableOf = (widen: Widen): Piece<AssetInput> =>
  fields({
    type: optional(word(["mltable"]), aboutInputType),
    mode: optional(widen(tableModes), aboutAccessMode),
    ...location,
    ...pathOnCompute,
  });
/** An input without a type is a folder; the modes of a table are accepted, because the SDK tries that kind too. */
const untypedInput = fields({
  type: optional(word(["uri_folder"]), aboutInputType),
  mode: optional(tableModes, aboutAccessMode),
  ...location,
  ...pathOnCompute,
});

/** An input that is data or a model. */
export type AssetInput = {
  readonly type?: string | undefined;
  readonly path?: string | undefined;
  readonly mode?: string | undefined;
  readonly datastore?: string | undefined;
  readonly path_on_compute?: string | undefined;
};
export type InputField = Literal | AssetInput;

const kinds: Readonly<
  Record<string, Piece<z.infer<typeof dataInput> | z.infer<typeof modelInput> | z.infer<typeof tableInput>>>
> = {
  uri_file: dataInput,
  uri_folder: dataInput,
  custom_model: modelInput,
  mlflow_model: modelInput,
  triton_model: modelInput,
  mltable: tableInput,
};

const untyped: Piece<AssetInput> = piece(
  (value, report) => {
    const given = readBy(untypedInput, value, report);
    // With a mode of tables, the SDK loads the input only without a type.
    return given?.mode?.startsWith("eval_") === true ? given : { ...given, type: "uri_folder" };
  },
  () => jsonSchema(untypedInput),
);

/** A finite number, kept as it was written. */
const literalNumber: Piece<Literal> = piece(
  (value, report) => {
    if (!Number.isFinite(numberOf(value)))
      report({ code: "wrong_type", message: `is ${show(value)}; expected a finite number.` });
    return value as Literal;
  },
  () => ({ type: "number" }),
);

/** `{value: ...}`, which the SDK reads as the bare value. */
const wrapped: Piece<Literal> = piece(
  (value, report) => readBy(fields({ value: wrappedLiteral }), value, report)?.value ?? "",
  () => jsonSchema(fields({ value: field(wrappedLiteral, "Value itself.") })),
);

const wrappedLiteral: Piece<Literal> = oneOf<Literal>(
  (value) => literalPiece(value as Value),
  "text, a number, true or false",
  [text, boolean, literalNumber],
);

function literalPiece(value: Value): Piece<Literal> | undefined {
  if (typeof value === "string") return text;
  if (typeof value === "boolean") return boolean;
  return isInteger(value) || typeof value === "number" || isFloat(value) ? literalNumber : undefined;
}

function inputPiece(value: Value): Piece<InputField> | Problem | undefined {
  if (!isMapping(value)) return literalPiece(value);
  const type = value.type;
  if (type === undefined) return Object.hasOwn(value, "value") ? wrapped : untyped;
  const known = typeof type === "string" ? lookUp(kinds, lower(type)) : undefined;
  return known ?? wrongWord(type, Object.keys(kinds), ["type"]);
}

export const input: Piece<InputField> = oneOf<InputField>(
  (value) => inputPiece(value as Value),
  "a value, or a mapping with type and path",
  [text, boolean, literalNumber, dataInput, modelInput, tableInput, untyped, wrapped],
);
export const inputs = mapOf(input);

const outputFields = fields({
  type: optional(
    word(["uri_file", "uri_folder", "custom_model", "mlflow_model", "mltable", "triton_model"]),
    "Type of the output; `uri_folder` by default.",
  ),
  mode: optional(
    word(["mount", "upload", "rw_mount", "direct"]),
    "Write mode: the output is written to a mounted location, or uploaded at the end.",
  ),
  path: optional(text, "Location of the output; a new location for each job by default."),
  name: optional(text, "Name under which the output is registered as an asset."),
  version: optional(version, "Version under which the output is registered; requires `name`."),
});

/** An output of a job; null leaves its location and mode to the service. */
export type OutputField = z.infer<typeof outputFields> | null;

/** An output that may not be null. */
export const requiredOutput: Piece<z.infer<typeof outputFields>> = piece(
  (value, report) => {
    const given = readBy(outputFields, value, report);
    if (given?.name !== undefined && !/^[A-Za-z0-9_-]{0,255}$/.test(given.name)) {
      report({
        code: "not_allowed",
        message: `is ${show(given.name)}; expected at most 255 letters, digits, - and _.`,
        path: ["name"],
      });
    }
    if ((given?.version ?? "") !== "" && (given?.name ?? "") === "") {
      report({ code: "missing_field", message: "is missing; an output with a version needs a name.", path: ["name"] });
    }
    return { type: "uri_folder", ...given };
  },
  () => jsonSchema(outputFields),
);

export const output: Piece<OutputField> = piece(
  (value, report) => (value === null ? null : (readBy(requiredOutput, value, report) ?? null)),
  () => ({ anyOf: [jsonSchema(requiredOutput), { type: "null" }] }),
);
export const outputs = mapOf(output);
