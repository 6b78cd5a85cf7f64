/** Finds the mistake in a JSON text that cannot be parsed. */
import type { SyntaxCause } from "./syntax-cause.ts";

type Expected = "value" | "value or end" | "name" | "name or end" | "colon" | "comma" | "end of text";

interface State {
  expected: Expected;
  /** Offsets of the brackets and braces that are not closed, the innermost last. */
  readonly open: number[];
  /** Offset of the last comma. */
  comma: number;
}

const token = /\s*("(?:[^"\\\r\n]|\\.)*"?|'(?:[^'\\\r\n]|\\.)*'?|[{}[\],:]|[^\s{}[\],:"']+)/y;

/** The cause of a syntax error; undefined if it is within a text, or is not known. */
export function findJsonCause(text: string): SyntaxCause | undefined {
  const state: State = { expected: "value", open: [], comma: 0 };
  token.lastIndex = 0;
  for (let match = token.exec(text); match !== null; match = token.exec(text)) {
    const word = match[1] ?? "";
    const offset = token.lastIndex - word.length;
    const message = messageOfWord(word) ?? next(state, text, word, offset);
    if (typeof message === "object") return message;
    if (message !== undefined) return { offset, message };
  }
  const innermost = state.open.at(-1);
  return innermost === undefined ? undefined : notClosed(text, innermost);
}

/** The mistake in a token, wherever it is. */
function messageOfWord(word: string): string | undefined {
  if (/^(?:\/[/*]|#)/.test(word)) return "JSON has no comments. Remove the comment.";
  if (word.startsWith("'")) return "a text is in single quotes. Use double quotes.";
  if (/^"(?:[^"\\]|\\.)*$/.test(word)) {
    return "the double quote that opens here is not closed in its line. Close it, and write a line break as \\n.";
  }
  return undefined;
}

function notClosed(text: string, offset: number): SyntaxCause {
  return { offset, message: `the ${text.charAt(offset)} that opens here is not closed. Close it.` };
}

/** Changes the state by a token; returns its mistake, if there is one. */
function next(state: State, text: string, word: string, offset: number): string | SyntaxCause | undefined {
  if (word === "}" || word === "]") return close(state, text, word);
  if (word === ",") return separate(state, text, offset);
  if (word === ":") {
    if (state.expected !== "colon") return "a colon is only allowed after the name of a member. Remove it.";
    state.expected = "value";
    return undefined;
  }
  return addValue(state, word, offset);
}

function close(state: State, text: string, word: string): string | SyntaxCause | undefined {
  const start = state.open.pop();
  if (start === undefined) return `the ${word} closes nothing. Remove it.`;
  if (text[start] !== (word === "}" ? "{" : "[")) return notClosed(text, start);
  if (state.expected === "name" || (state.expected === "value" && word === "]"))
    return { offset: state.comma, message: "a comma follows the last entry. Remove it." };
  if (state.expected === "colon" || state.expected === "value") return "a member has no value. Write one.";
  endValue(state);
  return undefined;
}

function separate(state: State, text: string, offset: number): string | undefined {
  if (state.expected !== "comma") return "a comma is not allowed here. Remove it, or write an entry before it.";
  state.expected = text[state.open.at(-1) ?? 0] === "{" ? "name" : "value";
  state.comma = offset;
  return undefined;
}

function addValue(state: State, word: string, offset: number): string | undefined {
  const { expected } = state;
  if (expected === "comma") return "a comma is missing before this entry. Write one.";
  if (expected === "colon") return "a colon is missing after the name of the member. Write one.";
  if (expected === "end of text") return "a text follows the end of the JSON. Remove it.";
  if (expected === "name" || expected === "name or end") {
    if (!word.startsWith('"')) return "the name of a member must be in double quotes.";
    state.expected = "colon";
    return undefined;
  }
  if (word === "{" || word === "[") {
    state.open.push(offset);
    state.expected = word === "{" ? "name or end" : "value or end";
    return undefined;
  }
  if (!word.startsWith('"') && !literal.test(word)) return messageOfLiteral(word);
  endValue(state);
  return undefined;
}

function endValue(state: State): void {
  state.expected = state.open.length === 0 ? "end of text" : "comma";
}

const literal = /^(?:-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)$/;

function messageOfLiteral(word: string): string {
  if (/^(?:true|false|null)$/i.test(word)) return `${word} is not valid in JSON. Write ${word.toLowerCase()}.`;
  if (word === "None") return 'None is not valid in JSON. Write null, or "None" if it is a text.';
  if (/^[+-]?(?:nan|inf(?:inity)?)$/i.test(word))
    return `${word} is not valid in JSON. Write a number, or quote it if it is a text.`;
  if (/^[+-]?[.\d]/.test(word))
    return "a number is not written as in JSON, e.g. 0.5 or 1e-3. Quote it if it is a text.";
  return "a text is not in quotes. Put it in double quotes.";
}
