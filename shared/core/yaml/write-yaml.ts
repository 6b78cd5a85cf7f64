/** Prints values as YAML with the same meaning in YAML 1.1 and YAML 1.2. */
import { implicitTag } from "./resolve-scalar.ts";
import { isFloat, isMapping, isOpaque, type Mapping, numberOf, type Value } from "./value.ts";

/**
 * Characters that must be escaped: controls, line breaks of YAML 1.1, the byte order mark, noncharacters, halves of
 * surrogate pairs.
 */
const escaped = /[^\n -~\u00a0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\u{10000}-\u{10ffff}]/u;
/** Numbers, times and booleans in YAML 1.2 or YAML 1.1 that PyYAML reads as text, e.g. `1e-3`, `0o17`, `y`. */
const nonTextInOtherReaders = /^(?:[-+]?(?:\.[0-9]|[0-9])[0-9.:_]*(?:[eE][-+]?[0-9]+)?|[-+]?0o[0-7]+|[yYnN])$/;
const validPlainStart = /^(?!\.\.\.)[^\s\-?:,[\]{}#&*!|>'"%@`]/;
const invalidInPlain = /: |:$| #|\s$/;
/** Longer keys need `?` in PyYAML. */
const maxSimpleKey = 1000;

/** The document, keys sorted by code point at every level, without aliases; ends with a line break. */
export function writeYaml(value: Value): string {
  // A document that is only a text is printed in one line, because parsers differ on the indentation of such a block.
  return lines(value, 0, "") || `${typeof value === "string" ? oneLine(value) : scalar(value, 2)}\n`;
}

/**
 * The lines of a list or mapping, indented by `indent`; the first line begins with `lead` (the `- ` of an outer list)
 * instead, unless that is empty. "" if there are no lines.
 */
function lines(value: Value, indent: number, lead: string): string {
  if (typeof value !== "object" || value === null) return "";
  if (Array.isArray(value)) return listLines(value, indent, lead);
  return isMapping(value) ? mappingLines(value, indent, lead) : "";
}

function listLines(list: readonly Value[], indent: number, lead: string): string {
  const blanks = " ".repeat(indent);
  let written = "";
  for (const item of list) {
    const start = written === "" && lead !== "" ? lead : blanks;
    written += lines(item, indent + 2, `${start}- `) || `${start}- ${scalar(item, indent + 2)}\n`;
  }
  return written;
}

function mappingLines(mapping: Mapping, indent: number, lead: string): string {
  const blanks = " ".repeat(indent);
  let written = "";
  for (const key of sortedKeys(mapping)) {
    const item = mapping[key];
    if (item === undefined) continue;
    const name = oneLine(key);
    written += written === "" && lead !== "" ? lead : blanks;
    written += name.length > maxSimpleKey ? `? ${name}\n${blanks}:` : `${name}:`;
    const inner = lines(item, Array.isArray(item) ? indent : indent + 2, "");
    written += inner === "" ? ` ${scalar(item, indent + 2)}\n` : `\n${inner}`;
  }
  return written;
}

/** Keys by code point; UTF-16 order differs from it only beyond U+D7FF. */
export function sortedKeys(mapping: object): string[] {
  const keys = Object.keys(mapping).sort((a, b) => (a < b ? -1 : 1));
  return keys.some((key) => /[\ud800-\uffff]/.test(key)) ? keys.sort(byCodePoint) : keys;
}

function byCodePoint(a: string, b: string): number {
  const left = Array.from(a, (char) => char.codePointAt(0) ?? 0);
  const right = Array.from(b, (char) => char.codePointAt(0) ?? 0);
  const at = left.findIndex((code, index) => code !== right[index]);
  return at < 0 ? left.length - right.length : (left[at] ?? 0) - (right[at] ?? -1);
}

/** A scalar or an empty collection; `indent` is the indentation of the lines of a block scalar. */
function scalar(value: Value, indent: number): string {
  if (typeof value === "string") return value.includes("\n") ? blockScalar(value, indent) : oneLine(value);
  if (value === null || typeof value === "boolean" || typeof value === "bigint") return String(value);
  // YAML has fewer forms of floats than JSON, so a number with its original text needs an explicit tag.
  if (isFloat(value) && value.text !== undefined) return `!!float ${value.text}`;
  if (isFloat(value) || typeof value === "number") return number(numberOf(value) ?? 0, isFloat(value));
  // The only opaque values in a valid job are dates.
  if (isOpaque(value)) return value.text;
  return Array.isArray(value) ? "[]" : "{}";
}

function number(value: number, whole: boolean): string {
  if (Number.isNaN(value)) return ".nan";
  if (!Number.isFinite(value)) return value > 0 ? ".inf" : "-.inf";
  const text = Object.is(value, -0) ? "-0" : String(value);
  // YAML 1.1 requires a dot in every float: `1e-7` would be text.
  if (text.includes("e")) return text.includes(".") ? text : text.replace("e", ".0e");
  return whole ? `${text}.0` : text;
}

/** Words of 6 characters or more are always text; the longest keyword is `false`. */
const unambiguousWord = /^[a-zA-Z][a-zA-Z_0-9]{5,}$/;

function oneLine(text: string): string {
  if (unambiguousWord.test(text)) return text;
  if (escaped.test(text) || text.includes("\n")) return doubleQuoted(text);
  const plain =
    validPlainStart.test(text) &&
    !invalidInPlain.test(text) &&
    implicitTag(text) === "str" &&
    !nonTextInOtherReaders.test(text);
  return plain ? text : `'${text.replaceAll("'", "''")}'`;
}

function blockScalar(text: string, indent: number): string {
  // Parsers differ on lines of only blanks, and on texts of only line breaks.
  if (escaped.test(text.replaceAll("\t", "")) || /^[ \t]+$/m.test(text) || /^\n*$/.test(text) || /^\n*[ \t]/.test(text))
    return doubleQuoted(text);
  const trimmed = text.replace(/(?<!\n)\n+$/, "");
  const chomping = ["-", ""][text.length - trimmed.length] ?? "+";
  const hint = text.startsWith("\n") ? "2" : "";
  const block = (chomping === "+" ? text.slice(0, -1) : trimmed).replace(/^(?=.)/gm, " ".repeat(indent));
  return `|${hint}${chomping}\n${block}`;
}

const shortEscapes: Readonly<Record<string, string>> = {
  '"': '\\"',
  "\\": "\\\\",
  "\n": "\\n",
  "\t": "\\t",
  "\r": "\\r",
  "\0": "\\0",
  "\u0085": "\\N",
  "\u2028": "\\L",
  "\u2029": "\\P",
};

function doubleQuoted(text: string): string {
  let quoted = "";
  for (const char of text) {
    const short = shortEscapes[char];
    if (short !== undefined) quoted += short;
    else if (escaped.test(char)) quoted += hexEscape(char.codePointAt(0) ?? 0);
    else quoted += char;
  }
  return `"${quoted}"`;
}

function hexEscape(code: number): string {
  const hex = code.toString(16).toUpperCase();
  return code > 0xff ? `\\u${hex.padStart(4, "0")}` : `\\x${hex.padStart(2, "0")}`;
}
