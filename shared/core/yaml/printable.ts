/**
 * The characters that PyYAML's reader rejects: control characters except tabs and line breaks, halves of surrogate
 * pairs, U+FFFE and U+FFFF.
 */
const unprintable = /[^\t\n\r -~\u0085\u00a0-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u;

/** The name, e.g. `U+0007`, and the index of the first character of a text that YAML does not allow. */
export function findUnprintable(text: string): { readonly name: string; readonly index: number } | undefined {
  const found = unprintable.exec(text);
  if (found === null) return undefined;
  const code = found[0].codePointAt(0) ?? 0;
  return { name: `U+${code.toString(16).toUpperCase().padStart(4, "0")}`, index: found.index };
}
