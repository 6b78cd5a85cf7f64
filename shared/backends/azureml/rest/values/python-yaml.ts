/**
 * YAML exactly as PyYAML's `dump(value, sort_keys=True)` writes it: the SDK sends conda files in this form and hashes
 * the text. The dumps of jobs are written by write-yaml.ts, which quotes and folds differently.
 * @see yaml/emitter.py and yaml/representer.py of PyYAML
 */
import { pythonFloat } from "../../../../core/yaml/python-text.ts";
import { implicitTag } from "../../../../core/yaml/resolve-scalar.ts";
import { isFloat, isMapping, isOpaque, type Mapping, numberOf, type Value } from "../../../../core/yaml/value.ts";
import { sortedKeys } from "../../../../core/yaml/write-yaml.ts";

/** Column after which PyYAML breaks a line. */
const bestWidth = 80;

/** A mapping as a YAML document that ends with a line break. */
export function pythonYaml(mapping: Mapping): string {
  return `${node(mapping, { indent: 0, foldIndent: 0, column: 0, onSameLine: false }).trimStart()}\n`;
}

/** Position of a value in the text. */
interface Position {
  /** Blanks before each line of a list or mapping. */
  readonly indent: number;
  /** Blanks before each further line of a folded text. */
  readonly foldIndent: number;
  /** Characters of the line before the value. */
  readonly column: number;
  /** Whether a list or mapping starts on the line of its dash or colon. */
  readonly onSameLine: boolean;
}

/** A value, with the blank or line break before it. */
function node(value: Value, position: Position): string {
  if (Array.isArray(value) && value.length > 0)
    return joinLines(
      value.map((item: Value) => `-${nodeAfterIndicator(item, position.indent)}`),
      position,
    );
  if (isMapping(value) && Object.keys(value).length > 0)
    return joinLines(
      sortedKeys(value).map((key) => member(key, value[key] ?? null, position.indent)),
      position,
    );
  if (Array.isArray(value)) return " []";
  return ` ${isMapping(value) ? "{}" : scalar(value, position.column + 1, position.foldIndent)}`;
}

/** A value after a dash, or after a colon on a separate line. */
function nodeAfterIndicator(value: Value, indent: number): string {
  return node(value, { indent: indent + 2, foldIndent: indent + 2, column: indent + 1, onSameLine: true });
}

function member(key: string, value: Value, indent: number): string {
  // PyYAML adds 5 to the length of the key, for a tag that it does not write.
  const isSimple = key.length + 5 < 128 && key !== "" && !/[\n\u0085\u2028\u2029]/.test(key);
  if (!isSimple)
    return `? ${scalar(key, indent + 2, indent + 2)}\n${" ".repeat(indent)}:${nodeAfterIndicator(value, indent)}`;
  const name = scalar(key, indent, indent, false);
  const column = indent + name.length + 1;
  // PyYAML does not indent a list below its key.
  const inner = Array.isArray(value) ? indent : indent + 2;
  return `${name}:${node(value, { indent: inner, foldIndent: indent + 2, column, onSameLine: false })}`;
}

function joinLines(lines: readonly string[], { indent, onSameLine }: Position): string {
  const start = `\n${" ".repeat(indent)}`;
  return `${onSameLine ? " " : start}${lines.join(start)}`;
}

function scalar(value: Value, column: number, indent: number, folds = true): string {
  if (typeof value === "string") return quotedIfNeeded(value, column, indent, folds);
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

function quotedIfNeeded(value: string, column: number, indent: number, folds: boolean): string {
  const isPlain = !special.test(value) && !/^\s|\s$|\n/.test(value) && !indicators.test(value);
  if (isPlain && value !== "" && implicitTag(value) === "str") return foldedWords(value, column, indent, folds);
  if (special.test(value) || /\n | \n/.test(value)) return doubleQuoted(value, column, indent, folds);
  return `'${foldedWords(value.replaceAll("'", "''"), column + 1, indent, folds)}'`;
}

/** The words of a text; a single blank after the best width becomes a line break. */
function foldedWords(value: string, column: number, indent: number, folds: boolean): string {
  let [written, at] = ["", column];
  for (const { 0: part, index } of value.matchAll(/ +|\n+|[^ \n]+/g)) {
    const isFold = folds && part === " " && at > bestWidth && index > 0 && index + 1 < value.length;
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
  const [letter, digits]: [string, number] = code <= 0xff ? ["x", 2] : code <= 0xffff ? ["u", 4] : ["U", 8];
  return `\\${letter}${code.toString(16).toUpperCase().padStart(digits, "0")}`;
}

/** @see Emitter.write_double_quoted of PyYAML, whose steps and column counts these are */
function doubleQuoted(value: string, column: number, indent: number, folds: boolean): string {
  const chars = [...value];
  let [written, at] = ['"', column + 1];
  // Characters from `start` on have been read, but are not yet written or counted in `at`.
  let start = 0;
  const write = (text: string): void => {
    written += text;
    at += text.length;
  };
  for (const [end, char] of chars.entries()) {
    const shown = escaped(char);
    if (shown !== char) {
      write(`${chars.slice(start, end).join("")}${shown}`);
      start = end + 1;
    }
    const canFold = folds && end > 0 && end < chars.length - 1 && (char === " " || start >= end);
    if (!canFold || at + end - start <= bestWidth) continue;
    written += `${chars.slice(start, end).join("")}\\\n${" ".repeat(indent)}`;
    at = indent;
    start = Math.max(start, end);
    if (chars[start] === " ") write("\\");
  }
  return `${written}${chars.slice(start).join("")}"`;
}
