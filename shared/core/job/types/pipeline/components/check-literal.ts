/** Warns about values of a node's inputs that its component cannot accept; the SDK sends them without a check. */
import type { DiagnosticCode, Fix, Report } from "../../../../diagnostic.ts";
import { pythonText } from "../../../../yaml/python-text.ts";
import { isFloat, type Mapping, numberOf, type Value } from "../../../../yaml/value.ts";
import { hasBinding } from "../../../fields/bindings.ts";
import { show } from "../../../schema/show.ts";
import { similar } from "../../../schema/suggest/similar.ts";

interface Problem {
  readonly code: DiagnosticCode;
  /** What the component expects. */
  readonly expected: string;
  readonly fix?: Fix | undefined;
}

/** Checks a value of the input `name`, which the component declares as `port`, a parameter. */
export function checkLiteral(name: string, value: Value | undefined, port: Mapping, report: Report): void {
  if (value === undefined || value === null || (typeof value === "object" && !isFloat(value))) return;
  if (hasBinding(value)) return;
  const problem = problemOf(value, port);
  if (problem === undefined) return;
  const { code, expected, fix } = problem;
  const message = `is ${show(value)}, but the component expects ${expected}.`;
  report({ code, message, path: ["inputs", name], severity: "warning", ...(fix === undefined ? {} : { fix }) });
}

function problemOf(value: Value, port: Mapping): Problem | undefined {
  if (port.type === "boolean") {
    const isBoolean = /^(?:true|false|0|1)$/i.test(pythonText(value));
    return isBoolean ? undefined : { code: "wrong_type", expected: "true or false" };
  }
  return port.type === "string" ? enumProblem(value, port) : numberProblem(value, port);
}

function enumProblem(value: Value, { enum: allowed }: Mapping): Problem | undefined {
  const text = pythonText(value);
  if (!Array.isArray(allowed) || allowed.length === 0 || allowed.some((each: Value) => pythonText(each) === text))
    return undefined;
  const names = allowed.map(pythonText);
  const replaceWith = similar(text, names);
  const expected = `one of ${names.slice(0, maxNames).join(", ")}${names.length > maxNames ? ", ..." : ""}`;
  return { code: "not_allowed", expected, fix: replaceWith === undefined ? undefined : { replaceWith } };
}

const maxNames = 20;

function numberProblem(value: Value, { type, min, max }: Mapping): Problem | undefined {
  const number = toNumber(value);
  const isWhole = type === "integer";
  if (number === undefined || (isWhole && !Number.isInteger(number))) {
    const expected = isWhole ? "a whole number" : "a number";
    return { code: "wrong_type", expected, fix: isWhole ? undefined : fraction(value) };
  }
  const [least, most] = [toNumber(min), toNumber(max)];
  if (least !== undefined && number < least) return { code: "out_of_range", expected: `at least ${least}` };
  return most !== undefined && number > most ? { code: "out_of_range", expected: `at most ${most}` } : undefined;
}

const numeral = /^[+-]?(?:\d[\d_]*(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?$/i;

/** A number, or the number that a text stands for; undefined for other values. */
function toNumber(value: Value | undefined): number | undefined {
  if (typeof value !== "string") return numberOf(value);
  const text = value.trim();
  if (/^[+-]?(?:inf(?:inity)?|nan)$/i.test(text)) return Number.NaN;
  return numeral.test(text) ? Number(text.replaceAll("_", "")) : undefined;
}

/** `0.2` for `20%`. */
function fraction(value: Value): Fix | undefined {
  const [, percent] = typeof value === "string" ? (/^(\d{1,3}(?:\.\d{1,6})?)\s*%$/.exec(value) ?? []) : [];
  return percent === undefined ? undefined : { replaceWith: Number((Number(percent) / 100).toPrecision(12)) };
}
