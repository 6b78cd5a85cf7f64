/** A18: no regular expression of the service takes long, whatever it is given. `regular-expressions.full.test.ts` tries more texts. */
import { expect, test } from "vitest";
import { hostilePrefixes, repeated } from "../support/hostile-prefixes.ts";
import { minCpuMs } from "../support/min-cpu-ms.ts";
import { filesCallingRegExp, regexLiterals } from "../support/regular-expressions.ts";

const length = 50_000;
const limitMs = 10;
const all = regexLiterals();

/** What the expression itself speaks of, over and over, with an end that does not fit. */
function attacks({ source }: RegExp): string[] {
  const plain = source.replaceAll(/\\u[0-9a-f]{4}|\\[a-z]|\(\?[<!=:a-z]*|[\\^$()[\]{}|*+?]/gi, "");
  const letters = [...new Set([...plain, " ", "a", "0", "\n"])];
  const words = Array.from(source.matchAll(/[A-Za-z]{2,}(?:=|:\\?\/\\?\/)?/g), ([word]) => word.replaceAll("\\", ""));
  const own = hostilePrefixes.filter((opening) =>
    [...opening].every((letter) => !/[^\w\s]/.test(letter) || plain.includes(letter) || source.includes(letter)),
  );
  const parts = [plain, ...letters, ...letters.map((letter) => `a${letter}`), ...words, ...own];
  return [...new Set(parts)].filter((part) => part !== "").map((part) => repeated(part, length));
}

/** Every use of it: once, and over and over through the whole text where it says so. */
function use(expression: RegExp, text: string): void {
  expression.lastIndex = 0;
  if (expression.global) text.replace(expression, "");
  else expression.test(text);
}

test("they are found", () => {
  expect(all.length).toBeGreaterThan(150);
  expect(all).toContainEqual({
    file: "shared/core/records/job-names.ts",
    expression: /^[A-Za-z0-9][A-Za-z0-9_-]{0,254}$/,
  });
});

test("RegExp() is called only for routes and output of the local edition, so that this test finds all others", () => {
  expect(filesCallingRegExp().toSorted()).toEqual([
    "local/azureml-server/routes.ts",
    "local/azurite/azurite-process.ts",
    "local/host/http/routing/route-constraints.ts",
    "local/host/http/routing/route-template.ts",
  ]);
});

test("a bad one would be noticed", () => {
  const bad = /^b*b*$/;
  const attack = attacks(bad).find((text) => text.startsWith("bb"));
  expect(minCpuMs(() => use(bad, `${attack?.slice(0, 5_000)}\u0001`), limitMs)).toBeGreaterThan(limitMs);
});

test("one that starts again at each opening would be noticed", () => {
  const bad = /\$\[\[(.*?)\]\]/gs;
  const attack = attacks(bad).find((text) => text.startsWith("$[[$[["));
  expect(minCpuMs(() => use(bad, `${attack?.slice(0, 30_000)}`), limitMs)).toBeGreaterThan(limitMs);
});

test.for(all.map(({ file, expression }) => [file, expression] as const))(
  "%s: %s takes at most 10 ms for 50 KB",
  ([, expression]) => {
    const slow = attacks(expression).find((text) => minCpuMs(() => use(expression, text), limitMs) > limitMs);
    expect(slow?.slice(0, 40)).toBeUndefined();
  },
);
