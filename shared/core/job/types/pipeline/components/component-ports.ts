/** Declared inputs and outputs of components. @see azure/ai/ml/_schema/component/input_output.py */

import * as z from "zod/mini";
import { pythonText } from "../../../../yaml/python-text.ts";
import { isFloat, isInteger, isMapping, type Mapping, numberOf, toFloat, type Value } from "../../../../yaml/value.ts";
import type { Literal } from "../../../fields/inputs-outputs.ts";
import { listOf, lookUp, mapOf, oneOf } from "../../../schema/containers.ts";
import { custom, parsePart, transformed } from "../../../schema/custom.ts";
import { aboutDescription, aboutMode } from "../../../schema/descriptions.ts";
import { enumOf, exact } from "../../../schema/enums.ts";
import { fields } from "../../../schema/fields.ts";
import { addIssue, wrongValue } from "../../../schema/issues.ts";
import { boolean, text } from "../../../schema/scalars.ts";
import { optional, required, type Schema } from "../../../schema/schema.ts";
import { show } from "../../../schema/show.ts";

const parameterTypes = ["boolean", "integer", "number", "string"] as const;
const portTypes = [
  "path",
  "custom_model",
  "mlflow_model",
  "mltable",
  "triton_model",
  "uri_file",
  "uri_folder",
] as const;
const modes = [
  "direct",
  "download",
  "eval_download",
  "eval_mount",
  "mount",
  "ro_mount",
  "rw_mount",
  "upload",
  "link",
] as const;

/** Whether an input of this type accepts a literal; all others accept data. */
export function isParameterType(type: unknown): boolean {
  return parameterTypes.some((name) => name === type);
}

const anyScalar: Schema<Literal> = custom(
  (value, payload) =>
    typeof value === "string" ||
    typeof value === "boolean" ||
    isInteger(value) ||
    typeof value === "number" ||
    isFloat(value)
      ? value
      : addIssue(payload, "wrong_type", `is ${show(value)}; expected text, a number, true or false.`),
  { type: ["string", "number", "boolean"] },
);

const aboutPortType = "Type of the values.";
const aboutOptional = "Whether the input is optional.";

const parameterFields = fields({
  type: required(enumOf(parameterTypes, exact), aboutPortType),
  optional: optional(boolean, aboutOptional),
  default: optional(anyScalar, "Default value."),
  description: optional(text, aboutDescription),
  max: optional(anyScalar, "Largest allowed value; only for numbers."),
  min: optional(anyScalar, "Smallest allowed value; only for numbers."),
  enum: optional(listOf(text), "Allowed values."),
});

/** A parameter; its numbers are printed as text in the form of its type: `10` for integer, `10.0` for number. */
const parameter: Schema<Mapping> = transformed(parameterFields, (given, payload) => {
  const { type } = given;
  const typed: Record<string, Value> = {};
  for (const field of ["default", "min", "max"] as const) {
    const member = given[field];
    if (member === undefined) continue;
    if (field !== "default" && type !== "integer" && type !== "number")
      addIssue(payload, "conflict", `is not allowed for type ${type}; only integers and numbers have bounds.`, {
        path: [field],
      });
    else
      typed[field] = printedAs(type, member, (message) => addIssue(payload, "wrong_type", message, { path: [field] }));
  }
  return { ...given, ...typed };
});

/** The text of a value, in the form in which its type is printed. */
function printedAs(type: string, value: Value, report: (message: string) => void): string {
  const shown = pythonText(value);
  if (type === "string") return numberOf(value) === undefined ? shown : pythonText(toFloat(numberOf(value) ?? 0));
  if (type === "boolean") {
    if (/^(?:true|false)$/i.test(shown)) return /^true$/i.test(shown) ? "True" : "False";
    report(`is ${show(value)}; expected true or false.`);
    return shown;
  }
  const number = toNumber(value);
  if (!Number.isFinite(number)) {
    report(`is ${show(value)}; expected a number.`);
    return shown;
  }
  return type === "number" ? pythonText(toFloat(number)) : String(BigInt(Math.trunc(number)));
}

/** The number of a scalar, as Python's `float`; NaN if it is not a number. */
function toNumber(value: Value): number {
  if (typeof value === "boolean") return Number(value);
  if (typeof value === "string" && value.trim() !== "") return Number(value.replaceAll("_", ""));
  return numberOf(value) ?? Number.NaN;
}

const portFields = fields({
  type: required(enumOf(portTypes, exact), aboutPortType),
  description: optional(text, aboutDescription),
  optional: optional(boolean, aboutOptional),
  mode: optional(enumOf(modes, exact), aboutMode),
});

const inputKinds: Readonly<Record<string, Schema<Mapping>>> = {
  ...Object.fromEntries(parameterTypes.map((type) => [type, parameter])),
  ...Object.fromEntries(portTypes.map((type) => [type, portFields])),
};

const outputFields = { description: optional(text, aboutDescription), mode: optional(enumOf(modes, exact), aboutMode) };
const outputPort = fields({ type: required(enumOf(portTypes, exact), aboutPortType), ...outputFields });
const outputParameter = fields(
  { type: required(enumOf(parameterTypes, exact), aboutPortType), ...outputFields },
  { unknown: "drop" },
);
const outputKinds: Readonly<Record<string, Schema<Mapping>>> = {
  ...Object.fromEntries(parameterTypes.map((type) => [type, outputParameter])),
  ...Object.fromEntries(portTypes.map((type) => [type, outputPort])),
};

function portOf(kinds: Readonly<Record<string, Schema<Mapping>>>): Schema<Mapping> {
  return oneOf<Mapping>(
    (value, payload) => {
      if (!isMapping(value)) return undefined;
      const { type } = value;
      const kind = typeof type === "string" ? lookUp(kinds, type) : undefined;
      return kind ?? wrongValue(payload, type, Object.keys(kinds), "type");
    },
    "a mapping with a type",
    [...new Set(Object.values(kinds))],
  );
}

export const componentInputs = mapOf(portOf(inputKinds));
export const componentOutputs = mapOf(portOf(outputKinds));

/** The only output of an import component. */
export const componentOutput = portFields;

const sourceNames = ["type", "connection", "query", "path"];

/** The parameters of the source of an import component. */
export const sourceParameters: Schema<Mapping> = custom(
  (value, payload, context) => {
    for (const name of isMapping(value) ? Object.keys(value) : [])
      if (!sourceNames.includes(name)) addIssue(payload, "wrong_key", wrongSourceName, { path: [name] });
    return parsePart(parameters, value, payload, context) ?? z.NEVER;
  },
  (convert) => convert(parameters),
);
const parameters = mapOf(parameter);
const wrongSourceName = `is not a parameter of the source; expected one of ${sourceNames.join(", ")}.`;

/** Inputs of a data_transfer component, all of which are data. */
export const componentDataInputs = mapOf(portOf(Object.fromEntries(portTypes.map((type) => [type, portFields]))));
