/** A18: no regular expression of the service takes long, whatever it is given. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

const root = join(import.meta.dirname, "../..");
/** What reads the words of callers: all but the settings and the wiring. */
const folders = ["shared/api", "shared/backends", "shared/bundle", "shared/core", "shared/service", "shared/storage"];
const length = 50_000;
const limitMs = 10;

interface Found {
  readonly file: string;
  readonly expression: RegExp;
}

/** Literals stand where a value can stand; a division does not. */
const literal = /(?<=[(=:,[!&|?{}]\s*|return |^\s*)\/(?![*/])((?:[^/\\\n[]|\\.|\[(?:[^\]\\\n]|\\.)*\])+)\/([dgimsuvy]*)(?=[\s.,;)\]}])/gm;

function expressionsOf(file: string): Found[] {
  const source = readFileSync(join(root, file), "utf8").replaceAll(/^\s*(\*|\/\/|\/\*\*).*$/gm, "");
  return Array.from(source.matchAll(literal), ([, pattern = "", flags = ""]) => ({ file, expression: new RegExp(pattern, flags.replace("g", "")) }));
}

const all = folders.flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts"))
    .flatMap((file) => expressionsOf(join(folder, file))),
);

/** What the expression itself speaks of, over and over, with an end that does not fit. */
function attacks({ source }: RegExp): string[] {
  const plain = source.replaceAll(/\\u[0-9a-f]{4}|\\[a-z]|\(\?[<!=:a-z]*|[\\^$()[\]{}|*+?]/gi, "");
  const letters = [...new Set([...plain, " ", "a", "0", "\n"])];
  const words = Array.from(source.matchAll(/[A-Za-z]{2,}(?:=|:\\?\/\\?\/)?/g), ([word]) => word.replaceAll("\\", ""));
  const parts = [plain, ...letters, ...letters.map((letter) => `a${letter}`), ...words];
  return parts.filter((part) => part !== "").map((part) => `${part.repeat(Math.ceil(length / part.length)).slice(0, length)}\u0001`);
}

function leastMs(expression: RegExp, text: string): number {
  let least = Number.POSITIVE_INFINITY;
  for (let attempt = 0; attempt < 5 && least > limitMs; attempt += 1) {
    const before = process.cpuUsage();
    expression.lastIndex = 0;
    expression.test(text);
    const { user, system } = process.cpuUsage(before);
    least = Math.min(least, (user + system) / 1000);
  }
  return least;
}

test("they are found", () => {
  expect(all.length).toBeGreaterThan(60);
  expect(all).toContainEqual({ file: "shared/core/names.ts", expression: /^[A-Za-z0-9][A-Za-z0-9_-]{0,254}$/ });
});

test("a bad one would be noticed", () => {
  const bad = /^b*b*$/;
  const attack = attacks(bad).find((text) => text.startsWith("bb"));
  expect(leastMs(bad, `${attack?.slice(0, 20_000)}\u0001`)).toBeGreaterThan(limitMs);
});

test.for(all.map(({ file, expression }) => [file, expression] as const))("%s: %s takes at most 10 ms for 50 KB", ([, expression]) => {
  const slow = attacks(expression).find((text) => leastMs(expression, text) > limitMs);
  expect(slow?.slice(0, 40)).toBeUndefined();
});
