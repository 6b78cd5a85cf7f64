/** Ignore patterns and paths of few letters, so that many match, and a slow, simple matcher. */
import fc from "fast-check";

const part = fc.oneof(
  { weight: 1, arbitrary: fc.constant("**") },
  {
    weight: 5,
    arbitrary: fc
      .array(fc.constantFrom("a", "b", ".", "*", "?", "[ab]", "[!a]", "\\*", "\u{1f600}"), {
        minLength: 1,
        maxLength: 5,
      })
      .map((each) => each.join("")),
  },
);
const pattern = fc
  .record({
    sign: fc.constantFrom("", "", "!"),
    start: fc.constantFrom("", "/"),
    parts: fc.array(part, { minLength: 1, maxLength: 4 }),
    end: fc.constantFrom("", "/"),
  })
  .map(({ sign, start, parts, end }) => `${sign}${start}${parts.join("/")}${end}`);

export const patternLists = fc.array(pattern, { minLength: 1, maxLength: 3 });

export const paths = fc
  .array(
    fc
      .array(fc.constantFrom("a", "b", ".", "*", "\u{1f600}"), { minLength: 1, maxLength: 4 })
      .map((each) => each.join("")),
    { minLength: 1, maxLength: 5 },
  )
  .map((parts) => parts.join("/"));

/** Whether the last matching pattern ignores the path, found by trying every way to match. */
export function isIgnoredPlainly(patterns: readonly string[], path: string): boolean {
  const found = patterns.findLast((each) => matches(each, path));
  return found !== undefined && !found.startsWith("!");
}

function matches(pattern: string, path: string): boolean {
  let parts = pattern.replace(/^!/, "").split("/");
  parts = parts.filter((each, index) => index === 0 || each !== "**" || parts[index - 1] !== "**");
  const isFolder = parts.at(-1) === "";
  if (isFolder) parts.pop();
  if (parts[0] === "") parts.shift();
  else if (parts.length === 1 && parts[0] !== "**") parts.unshift("**");
  if (parts.length === 0) return false;
  const below = isFolder || (parts.length > 1 && parts.at(-1) === "**");
  if (below && parts.length > 1 && parts.at(-1) === "**") parts.pop();
  const names = path.split("/");
  if (parts.length === 1 && parts[0] === "**") return !below || names.length > 1;
  const most = below ? names.length - 1 : names.length;
  return names.some((_, index) => index < most && matchesAll(parts, names.slice(0, index + 1)));
}

function matchesAll(parts: readonly string[], names: readonly string[]): boolean {
  const [part, ...rest] = parts;
  if (part === undefined) return names.length === 0;
  if (part === "**") return matchesAll(rest, names) || (names.length > 0 && matchesAll(parts, names.slice(1)));
  return (
    names[0] !== undefined &&
    new RegExp(`^${expression(part)}$`, "u").test(names[0]) &&
    matchesAll(rest, names.slice(1))
  );
}

function expression(part: string): string {
  return part.replaceAll(/\[!?[^\]]+\]|\\.|[\s\S]/gu, (each) => {
    if (each === "*") return ".*";
    if (each === "?") return ".";
    if (each.startsWith("[")) return each.replace("[!", "[^");
    return each.startsWith("\\") ? each : each.replace(/[.]/, "\\.");
  });
}
