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

const place = {
  path: optional(text, "Location: a registered asset, a datastore, a URL, or a path relative to the job file."),
  datastore: optional(text, "Datastore that a local path is uploaded to."),
};
const dataModes = word(["download", "ro_mount", "direct"]);
const tableModes = word(["download", "ro_mount", "direct", "eval_mount", "eval_download"]);
const onCompute = { path_on_compute: optional(text, "Path at which the job finds the data.") };
const howGiven = "Access mode: the data is downloaded, mounted, or passed as a URL only.";
const whatItIs = "Type: a file, a folder, a table or a model.";

/** Where a model is, and how it gets to the job. */
export const modelLocation = { mode: optional(dataModes, howGiven), ...place };
/** Where data is, and how it gets to the job. */
export const dataLocation = { ...modelLocation, ...onCompute };

const dataInput = fields({ type: field(word(["uri_file", "uri_folder"]), whatItIs), ...dataLocation });
const modelInput = fields({
  type: field(word(["custom_model", "mlflow_model", "triton_model"]), whatItIs),
  ...modelLocation,
});
const tableInput = fields({
  type: field(word(["mltable"]), whatItIs),
  mode: optional(tableModes, howGiven),
  ...place,
  ...onCompute,
});
/** A table where nothing else may be: its type may be left out. */
export const tableOf = (widen: Widen): Piece<AssetInput> =>
  fields({
    type: optional(word(["mltable"]), whatItIs),
    mode: optional(widen(tableModes), howGiven),
    ...place,
    ...onCompute,
  });
/** Without a type it is a folder; the modes of a table pass, as the SDK tries that kind too. */
const untypedInput = fields({
  type: optional(word(["uri_folder"]), whatItIs),
  mode: optional(tableModes, howGiven),
  ...place,
  ...onCompute,
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
    // With a mode of tables it loads only without a type.
    return given?.mode?.startsWith("eval_") === true ? given : { ...given, type: "uri_folder" };
  },
  () => jsonSchema(untypedInput),
);

/** A number that is written as one, kept as it came; not NaN or infinity. */
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

/** Where a job leaves something; null leaves all to the service. */
export type OutputField = z.infer<typeof outputFields> | null;

/** An output that must be there. */
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
