/** Inputs and outputs of jobs. @see azure/ai/ml/_schema/job/input_output_entry.py */

import * as z from "zod/mini";
import { type Float, isFloat, isMapping, numberOf, type Value } from "../../yaml/value.ts";
import { lookUp, mapOf, oneOf } from "../schema/containers.ts";
import { custom, transformed } from "../schema/custom.ts";
import { enumOf, lower } from "../schema/enums.ts";
import { fields } from "../schema/fields.ts";
import { addIssue, type Payload, wrongValue } from "../schema/issues.ts";
import { boolean, text, version } from "../schema/scalars.ts";
import { optional, required, type Schema } from "../schema/schema.ts";
import { show } from "../schema/show.ts";
import type { Widen } from "./run-settings.ts";

/** A literal value of an input. */
export type Literal = string | boolean | number | bigint | Float;

const location = {
  path: optional(text, "Location: a registered asset, a datastore, a URL, or a path relative to the job file."),
  datastore: optional(text, "Datastore that a local path is uploaded to."),
};
const dataModes = enumOf(["download", "ro_mount", "direct"]);
const tableModes = enumOf(["download", "ro_mount", "direct", "eval_mount", "eval_download"]);
const pathOnCompute = { path_on_compute: optional(text, "Path at which the job finds the data.") };
const aboutAccessMode = "Access mode: the data is downloaded, mounted, or passed as a URL only.";
const aboutInputType = "Type: a file, a folder, a table or a model.";

/** Location and access mode of a model. */
export const modelLocation = { mode: optional(dataModes, aboutAccessMode), ...location };
/** Location and access mode of data. */
export const dataLocation = { ...modelLocation, ...pathOnCompute };

const dataInput = fields({ type: required(enumOf(["uri_file", "uri_folder"]), aboutInputType), ...dataLocation });
const modelInput = fields({
  type: required(enumOf(["custom_model", "mlflow_model", "triton_model"]), aboutInputType),
  ...modelLocation,
});
const tableInput = fields({
  type: required(enumOf(["mltable"]), aboutInputType),
  mode: optional(tableModes, aboutAccessMode),
  ...location,
  ...pathOnCompute,
});
/** An input that must be a table; its type may be omitted. */
export const tableOf = (widen: Widen): Schema<AssetInput> =>
  fields({
    type: optional(enumOf(["mltable"]), aboutInputType),
    mode: optional(widen(tableModes), aboutAccessMode),
    ...location,
    ...pathOnCompute,
  });
/** An input without a type is a folder; modes of tables are accepted, because the SDK also tries the table schema. */
const untypedInput = fields({
  type: optional(enumOf(["uri_folder"]), aboutInputType),
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

const assetInputs: Readonly<Record<string, Schema<AssetInput>>> = {
  uri_file: dataInput,
  uri_folder: dataInput,
  custom_model: modelInput,
  mlflow_model: modelInput,
  triton_model: modelInput,
  mltable: tableInput,
};

const untyped = transformed<AssetInput, AssetInput>(untypedInput, (given) =>
  // With a mode of tables, the SDK loads the input only without a type.
  given.mode?.startsWith("eval_") === true ? given : { ...given, type: "uri_folder" },
);

/** A finite number, kept as it was written. */
const literalNumber: Schema<Literal> = custom(
  (value, payload) =>
    isNumber(value) && Number.isFinite(numberOf(value))
      ? value
      : addIssue(payload, "wrong_type", `is ${show(value)}; expected a finite number.`),
  { type: "number" },
);

function isNumber(value: unknown): value is number | bigint | Float {
  return typeof value === "number" || typeof value === "bigint" || isFloat(value);
}

const literal: Schema<Literal> = oneOf<Literal>(literalType, "text, a number, true or false", [
  text,
  boolean,
  literalNumber,
]);

function literalType(value: Value): Schema<Literal> | undefined {
  if (typeof value === "string") return text;
  if (typeof value === "boolean") return boolean;
  return isNumber(value) ? literalNumber : undefined;
}

/** `{value: ...}`, which is parsed to the bare value, as in the SDK. */
const wrapped = transformed(fields({ value: required(literal, "Literal value of the input.") }), ({ value }) => value);

function inputType(value: Value, payload: Payload): Schema<InputField> | undefined {
  if (!isMapping(value)) return literalType(value);
  const { type } = value;
  if (type === undefined) return Object.hasOwn(value, "value") ? wrapped : untyped;
  const known = typeof type === "string" ? lookUp(assetInputs, lower(type)) : undefined;
  return known ?? wrongValue(payload, type, Object.keys(assetInputs), "type");
}

export const input: Schema<InputField> = oneOf<InputField>(inputType, "a value, or a mapping with type and path", [
  text,
  boolean,
  literalNumber,
  dataInput,
  modelInput,
  tableInput,
  untyped,
  wrapped,
]);
export const inputs = mapOf(input);

const outputFields = fields({
  type: optional(
    enumOf(["uri_file", "uri_folder", "custom_model", "mlflow_model", "mltable", "triton_model"]),
    "Type of the output; `uri_folder` by default.",
  ),
  mode: optional(
    enumOf(["mount", "upload", "rw_mount", "direct"]),
    "Write mode: mounted storage, or upload at the end of the job.",
  ),
  path: optional(text, "Location of the output; a new location for each job by default."),
  name: optional(text, "Name under which the output is registered as an asset."),
  version: optional(version, "Version under which the output is registered; requires `name`."),
});

/** An output of a job; with null, Azure ML sets its location and mode. */
export type OutputField = z.infer<typeof outputFields> | null;

/** An output that may not be null. */
export const requiredOutput = transformed<z.infer<typeof outputFields>, z.infer<typeof outputFields>>(
  outputFields,
  (given, payload) => {
    const { name, version = "" } = given;
    const path = ["name"];
    if (name !== undefined && !/^[A-Za-z0-9_-]{0,255}$/.test(name)) {
      addIssue(payload, "not_allowed", `is ${show(name)}; expected at most 255 letters, digits, - and _.`, { path });
    }
    if (version !== "" && (name ?? "") === "") {
      addIssue(payload, "missing_field", "is missing; an output with a version needs a name.", { path });
    }
    return { type: "uri_folder", ...given };
  },
);

export const output: Schema<OutputField> = z.nullable(requiredOutput);
export const outputs = mapOf(output);
