/** Characters that word processors and web pages put in the place of spaces and quotes. */

/** Blanks of Unicode that look like a space, but are part of a text for YAML and JSON. */
export const unusualBlanks = "\\u00a0\\u1680\\u2000-\\u200b\\u202f\\u205f\\u2060\\u3000";

const names: Readonly<Record<string, string>> = {
  "\u00a0": "non-breaking space",
  "\u200b": "zero-width space",
  "\u202f": "narrow non-breaking space",
  "\u2060": "word joiner",
  "\u3000": "ideographic space",
};

/** The name of an unusual blank with its code, e.g. `a non-breaking space (U+00A0)`. */
export function nameOfBlank(blank: string): string {
  const name = names[blank] ?? "Unicode blank";
  const code = (blank.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0");
  return `${/^[aeiou]/.test(name) ? "an" : "a"} ${name} (U+${code})`;
}

const blankAtEnds = new RegExp(`^[${unusualBlanks}]|[${unusualBlanks}]$`);
const firstBlanks = new RegExp(`^[ ${unusualBlanks}]+`);
const blank = new RegExp(`[ ${unusualBlanks}]`);

/** The unusual blank with which a text begins or ends. */
export function blankAtEnd(text: string): { readonly name: string; readonly isFirst: boolean } | undefined {
  const found = blankAtEnds.exec(text);
  return found === null ? undefined : { name: nameOfBlank(found[0]), isFirst: found.index === 0 };
}

const afterColon = new RegExp(`^[\\w$.-]{1,100}:([${unusualBlanks}])`);

/** The name of the unusual blank after the key and colon with which a text begins. */
export function blankAfterColon(text: string): string | undefined {
  const blank = afterColon.exec(text)?.[1];
  return blank === undefined ? undefined : nameOfBlank(blank);
}

/** The text without blanks at its ends. */
export function withoutBlanks(text: string): string {
  const rest = text.replace(firstBlanks, "");
  let end = rest.length;
  while (end > 0 && blank.test(rest.charAt(end - 1))) end--;
  return rest.slice(0, end);
}

/** The text within typographic quotes; undefined for a text that is not in such quotes. */
export function withinTypographicQuotes(text: string): string | undefined {
  return /^[\u00ab\u00bb\u2018-\u201f]+([^\u00ab\u00bb\u2018-\u201f]+)[\u00ab\u00bb\u2018-\u201f]+$/.exec(text)?.[1];
}
