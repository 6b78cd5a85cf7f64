// biome-ignore-all lint/suspicious/noTemplateCurlyInString: bindings of Azure ML have this form
import { expect, test } from "vitest";
import { hasSecret, maskText } from "../../../../shared/core/text/mask-secrets.ts";
import { hostilePrefixes, repeated } from "../../../support/hostile-prefixes.ts";
import { minCpuMs } from "../../../support/min-cpu-ms.ts";

const key = "abcdefghijklmnopqrstuvwxyz0123456789+/==";

test.each([
  ["https://a/b?sv=1&sig=abc%3D&se=1", "https://a/b?sv=1&sig=***&se=1"],
  ["https%3A%2F%2Fa%2Fb%3Fsv%3D1%26sig%3Dabc", "https%3A%2F%2Fa%2Fb%3Fsv%3D1%26sig%3D***"],
  ["x%3FSIG%3Dabc x%253fsig%253dabc", "x%3FSIG%3D*** x%253fsig%253d***"],
  ["\\u0026sig=abc", "\\u0026sig=***"],
  ["a&amp;sig=abc", "a&amp;sig=***"],
  ["AccountKey=abc;EndpointSuffix=x", "AccountKey=***;EndpointSuffix=x"],
  ["ACCOUNTKEY%3Dabc", "ACCOUNTKEY%3D***"],
  ['{"AccountKey":"abc","a":1}', '{"AccountKey":"***","a":1}'],
  ['{\\"accountKey\\" : \\"abc\\"}', '{\\"accountKey\\" : \\"***\\"}'],
  ["{'account_key': 'abc'}", "{'account_key': '***'}"],
  [`AccountKey = ${key}`, "AccountKey = ***"],
  [`shared-access-key: ${key}\nb: 1`, "shared-access-key: ***\nb: 1"],
  ['Password = "a b"', 'Password = "***"'],
  ["pwd: 'it\"s'", "pwd: '***'"],
  ["https://user:secret@host/x", "https://user:***@host/x"],
])("%j is masked as %j, and masking is idempotent", (text, shown) => {
  expect(maskText(text)).toBe(shown);
  expect(maskText(shown)).toBe(shown);
  expect(hasSecret(text)).toBe(true);
});

test.each([
  "password: ask Ann",
  "password = getpass()",
  "--password=$PASSWORD",
  '"password":"${{inputs.secret_name}}"',
  "AccountKey: <yours>",
  "AccountKey = os.environ[name]",
  'account_key = ""',
  "the key = value of a mapping",
  "sig = scipy.signal",
  "https://user:$TOKEN@host",
])("%j has no secret", (text) => {
  expect(hasSecret(text)).toBe(false);
});

test("a text of 50 KB of near-secrets is checked within 20 ms", () => {
  for (const part of [...hostilePrefixes, "AccountKey  ", 'AccountKey" ', "Pwd=\\", "%25", "password='", "a://b:@"]) {
    const text = `key ${repeated(part, 50_000)}`;
    expect([part, minCpuMs(() => maskText(text), 20) <= 20]).toEqual([part, true]);
  }
});
