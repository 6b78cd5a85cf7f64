/** A18, with all texts: every opening that anything of the service looks for, and pairs of a part and blanks. */
import { expect, test } from "vitest";
import { hostilePrefixes, repeated } from "../support/hostile-prefixes.ts";
import { minCpuMs } from "../support/min-cpu-ms.ts";
import { regexLiterals } from "../support/regular-expressions.ts";

const limitMs = 10;
const texts = hostilePrefixes.flatMap((opening) => [
  repeated(opening, 50_000),
  // An opening, and then a run of blanks or letters that something may be looked for behind.
  ...[" ", "a", "0", opening].map((filler) => `${opening}${repeated(filler, 50_000)}`),
  repeated(`${opening}${" ".repeat(50)}`, 50_000),
]);

test.for(regexLiterals().map(({ file, expression }) => [file, expression] as const))(
  "%s: %s takes at most 10 ms for 50 KB",
  ([, expression]) => {
    const slow = texts.find(
      (text) =>
        minCpuMs(() => {
          expression.lastIndex = 0;
          return expression.global ? text.replace(expression, "") : expression.test(text);
        }, limitMs) > limitMs,
    );
    expect(slow?.slice(0, 60)).toBeUndefined();
  },
);
