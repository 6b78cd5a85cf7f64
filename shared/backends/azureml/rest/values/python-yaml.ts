/**
 * YAML as PyYAML's `dump(value, sort_keys=True)` prints it, to the letter: the SDK sends conda files so, and hashes the text.
 * Our own dumps are for people and other readers, and quote and fold differently (see write-yaml.ts).
 * @see yaml/emitter.py and yaml/representer.py of PyYAML
 */
import { pythonFloat } from "../../../../core/yaml/python-text.ts";
import { implicitTag } from "../../../../core/yaml/resolve-scalar.ts";
import { isFloat, isMapping, isOpaque, type Mapping, numberOf, type Value } from "../../../../core/yaml/value.ts";
import { sortedKeys } from "../../../../core/yaml/write-yaml.ts";

const width = 80;

export function pythonYaml(mapping: Mapping): string {
  return `${node(mapping, { indent: 0, fold: 0, column: 0, isBehind: false }).trimStart()}\n`;
}

/** Where a value stands. */
interface Place {
  /** Blanks before the lines of a list or mapping. */
  readonly indent: number;
  /** Blanks before the lines that a text is folded to. */
  readonly fold: number;
  /** Characters of the line before the value. */
  readonly column: number;
  /** Whether the first line of a list or mapping goes on behind a dash or a colon. */
  readonly isBehind: boolean;
}

/** A value; begins with a blank or a line break. */
function node(value: Value, place: Place): string {
  if (Array.isArray(value) && value.length > 0)
    return joined(
      value.map((item: Value) => `-${behind(item, place.indent)}`),
      place,
    );
  if (isMapping(value) && Object.keys(value).length > 0)
    return joined(
      sortedKeys(value).map((key) => member(key, value[key] ?? null, place.indent)),
      place,
    );
  return ` ${Array.isArray(value) ? "[]" : isMapping(value) ? "{}" : scalar(value, place.column + 1, place.fold)}`;
}

/** A value behind a dash, or behind a colon on a line of its own. */
function behind(value: Value, indent: number): string {
  return node(value, { indent: indent + 2, fold: indent + 2, column: indent + 1, isBehind: true });
}

function member(key: string, value: Value, indent: number): string {
  // The emitter counts the five letters of a tag that it does not write.
  const isSimple = key.length + 5 < 128 && key !== "" && !/[\n\u0085\u2028\u2029]/.test(key);
  if (!isSimple) return `? ${scalar(key, indent + 2, indent + 2)}\n${" ".repeat(indent)}:${behind(value, indent)}`;
  const name = scalar(key, indent, indent, false);
  // A list stands below its key, without an indent of its own.
  return `${name}:${node(value, { indent: Array.isArray(value) ? indent : indent + 2, fold: indent + 2, column: indent + name.length + 1, isBehind: false })}`;
}

function joined(lines: readonly string[], { indent, isBehind }: Place): string {
  const start = `\n${" ".repeat(indent)}`;
  return `${isBehind ? " " : start}${lines.join(start)}`;
}

function scalar(value: Value, column: number, indent: number, folds = true): string {
  if (typeof value === "string") return text(value, column, indent, folds);
  if (isFloat(value) || (typeof value === "number" && !Number.isInteger(value))) return float(numberOf(value) ?? 0);
  return isOpaque(value) ? value.text : String(value);
}

function float(value: number): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? ".nan" : value > 0 ? ".inf" : "-.inf";
  const printed = pythonFloat(value);
  return printed.includes(".") ? printed : printed.replace("e", ".0e");
}

const special = /[^\n -~]/;
const indicators = /^(?:---|\.\.\.|[#,[\]{}&*!|>'"%@`]|[?:-](?:\s|$))|:(?:\s|$)|\s#/;

function text(value: string, column: number, indent: number, folds: boolean): string {
  const isPlain = !special.test(value) && !/^\s|\s$|\n/.test(value) && !indicators.test(value);
  if (isPlain && value !== "" && implicitTag(value) === "str") return words(value, column, indent, folds);
  if (special.test(value) || /\n | \n/.test(value)) return doubleQuoted(value, column, indent, folds);
  return `'${words(value.replaceAll("'", "''"), column + 1, indent, folds)}'`;
}

/** Words, on a new line after a single blank beyond the width. */
function words(value: string, column: number, indent: number, folds: boolean): string {
  let [written, at] = ["", column];
  for (const { 0: part, index } of value.matchAll(/ +|\n+|[^ \n]+/g)) {
    const isFold = folds && part === " " && at > width && index > 0 && index + 1 < value.length;
    const breaks = part.startsWith("\n") ? `\n${part}` : isFold ? "\n" : undefined;
    written += breaks === undefined ? part : `${breaks}${" ".repeat(indent)}`;
    at = breaks === undefined ? at + part.length : indent;
  }
  return written;
}

const escapes: Readonly<Record<string, string>> = {
  ...{ "\0": "0", "\u0007": "a", "\b": "b", "\t": "t", "\n": "n", "\v": "v", "\f": "f", "\r": "r", "\u001b": "e" },
  ...{ '"': '"', "\\": "\\", "\u0085": "N", "\u00a0": "_", "\u2028": "L", "\u2029": "P" },
};

function escaped(char: string): string {
  const short = escapes[char];
  if (short !== undefined) return `\\${short}`;
  if (/^[ -~]$/.test(char)) return char;
  const code = char.codePointAt(0) ?? 0;
  const [letter, size] = code <= 0xff ? ["x", 2] : code <= 0xffff ? ["u", 4] : ["U", 8];
  return `\\${letter}${code
    .toString(16)
    .toUpperCase()
    .padStart(size as number, "0")}`;
}

function doubleQuoted(value: string, column: number, indent: number, folds: boolean): string {
  const chars = [...value];
  let [written, at] = ['"', column + 1];
  // What is read and not yet written; the column counts it only once it is.
  let pending = "";
  for (const [index, char] of chars.entries()) {
    const shown = escaped(char);
    const before = pending;
    if (shown === char) pending += char;
    else {
      written += pending + shown;
      at += pending.length + shown.length;
      pending = "";
    }
    const isInside = folds && index > 0 && index < chars.length - 1;
    const reach = shown === char ? (char === " " || before === "" ? at + before.length : 0) : at - 1;
    if (!isInside || reach <= width) continue;
    const next = shown === char ? char : chars[index + 1];
    written += `${shown === char ? before : ""}\\\n${" ".repeat(indent)}${next === " " ? "\\" : ""}`;
    at = indent + (next === " " ? 1 : 0);
    pending = shown === char ? char : "";
  }
  return `${written}${pending}"`;
}
