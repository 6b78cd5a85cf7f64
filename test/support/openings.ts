// biome-ignore-all lint/suspicious/noTemplateCurlyInString: Azure ML writes its bindings so
/** What an expression may look for over and over: the openings of everything that the service reads in a text. */
export const openings = [
  ...["${{", "${{ ", "${{inputs.", "${{parent.inputs.a", "${{parent.jobs.", "${{inputs.x}}", "${{search_space.", "${{parent.outputs.", "}}", "$${{"],
  ...["$[[", "$[[${{inputs.x}}", "[${{inputs.", "[a", "]]", "[", "{", "(", "<", '"', "'", '\\"', "\\", "`", "%", "%3F", "%25", "&"],
  ...[" ", "\t", "\n", "\r", "\r\n", " \n", "a ", " a", "a\n", "\n\n ", "-", "- ", "--", ".", "..", "../", "/", "//", "./", ":", "::", ": ", "#", " #", "_"],
  ...["?sig=", "&sig=", "sig=", "%3Fsig%3D", "%253Fsig%253D", "AccountKey=", "AccountKey =", '"AccountKey":"', "accountkey", "password:", "Pwd=", "a://", "a://b:", "a://b:c@", "://", "@"],
  ...["azureml:", "azureml://", "azureml://registries/", "/subscriptions/", "file:", "http://a.", "http://", "https://a:", "a.", "a-", "a_", "A", "Aa", "aA", "0", "1_", "1:", "1.", "0.0", "e1", "1e"],
  ...["\u00e9", "e\u0301", "\u0301", "\ufb2c", "\u1100\u1161", "\ud83d\ude00", "\u0345\u0301", "\u0085", "\u2028", "\u212a", "=", "<<", "~", "*a", "&a ", "!", "!!", "|", ">", "null", "true", ",", ";", "$", "git+"],
] as const;

/** A part over and over, cut to a length, with an end that fits nothing. */
export function repeated(part: string, length: number): string {
  return `${part.repeat(Math.ceil(length / part.length)).slice(0, length)}\u0001`;
}
