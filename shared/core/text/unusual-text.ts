/** Characters that word processors and web pages put in the place of spaces and quotes. */

/** A blank of Unicode that looks like a space, but is part of a text for YAML and JSON. */
const unusualBlank = /[\u00a0\u1680\u2000-\u200b\u202f\u205f\u2060\u3000]/;

/** The offset of the first unusual blank; -1 if there is none. */
export function findUnusual(text: string): number {
  return text.search(unusualBlank);
}

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

const isBlank = (char: string): boolean => char === " " || unusualBlank.test(char);

/** The unusual blank with which a text begins or ends. */
export function blankAtEnd(text: string): { readonly name: string; readonly isFirst: boolean } | undefined {
  const [first, last] = [text.charAt(0), text.charAt(text.length - 1)];
  const found = [first, last].find((char) => unusualBlank.test(char));
  return found === undefined ? undefined : { name: nameOfBlank(found), isFirst: unusualBlank.test(first) };
}

/** The name of the unusual blank after the key and colon with which a text begins. */
export function blankAfterColon(text: string): string | undefined {
  const char = /^[\w$.-]{1,100}:(.)/.exec(text)?.[1];
  return char !== undefined && unusualBlank.test(char) ? nameOfBlank(char) : undefined;
}

/** The text without blanks at its ends. */
export function withoutBlanks(text: string): string {
  let [start, end] = [0, text.length];
  while (start < end && isBlank(text.charAt(start))) start++;
  while (end > start && isBlank(text.charAt(end - 1))) end--;
  return text.slice(start, end);
}

/** The text within typographic quotes; undefined for a text that is not in such quotes. */
export function withinTypographicQuotes(text: string): string | undefined {
  return /^[\u00ab\u00bb\u2018-\u201f]+([^\u00ab\u00bb\u2018-\u201f]+)[\u00ab\u00bb\u2018-\u201f]+$/.exec(text)?.[1];
}
