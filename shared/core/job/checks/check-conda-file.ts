/** Warns about clear mistakes in a conda file, which the SDK sends unread, so that the build of the image fails. */
import type { Fix, Report } from "../../diagnostic.ts";
import { pointer } from "../../issues.ts";
import { toJson } from "../../yaml/to-json.ts";
import { isMapping, kindOf, type Mapping, type Value } from "../../yaml/value.ts";
import { closest } from "../schema/closest.ts";

/** Fields of conda's environment files whose values are lists. */
const lists: readonly string[] = ["channels", "dependencies", "platforms", "category"];
const known: readonly string[] = ["name", "prefix", "variables", ...lists];

/** Checks the content of a conda file, which is at `path` of the job. Unknown fields are ignored, as by conda. */
export function checkCondaFile(content: Mapping, path: readonly PropertyKey[], report: Report): void {
  for (const key of Object.keys(content).slice(0, maxKeys))
    if (!known.includes(key)) checkKey(key, content, path, report);
  for (const field of ["channels", "dependencies"]) checkList(content[field], [...path, field], report);
  const { dependencies } = content;
  if (!Array.isArray(dependencies)) return;
  for (const [index, item] of dependencies.entries())
    if (isMapping(item)) checkList(item.pip, [...path, "dependencies", index, "pip"], report);
}

/** Limits the time for suggestions. */
const maxKeys = 100;

function checkKey(key: string, content: Mapping, path: readonly PropertyKey[], report: Report): void {
  const field = closest(
    key,
    known.filter((name) => !Object.hasOwn(content, name)),
  );
  if (key !== "pip" && field === undefined) return;
  const advice = key === "pip" ? "Write it as an item of dependencies." : `Did you mean ${field}?`;
  const fix = key === "pip" ? pipBelow(content) : field === undefined ? undefined : renamed(key, field, content[key]);
  report({
    code: "unknown_field",
    message: `is not a field of a conda file, and conda ignores it. ${advice}`,
    path: [...path, key],
    severity: "warning",
    ...(fix === undefined ? {} : { fix }),
  });
}

/** Moves the packages of pip into the dependencies, unless these have some already. */
function pipBelow({ dependencies, pip }: Mapping): Fix | undefined {
  if (!Array.isArray(dependencies) || !Array.isArray(pip) || dependencies.some(isMapping)) return undefined;
  const value = { pip: toJson(pip) };
  return {
    up: 1,
    patch: [
      { op: "remove", path: "/pip" },
      { op: "add", path: pointer(["dependencies", String(dependencies.length)]), value },
    ],
  };
}

function renamed(key: string, field: string, value: Value | undefined): Fix {
  if (!lists.includes(field) || typeof value !== "string") return { renameTo: field };
  const patch = [
    { op: "remove", path: pointer([key]) },
    { op: "add", path: pointer([field]), value: [value] },
  ] as const;
  return { up: 1, patch };
}

/** Texts that are clearly packages, channels or requirements of pip, separated by blanks. */
const words = /^[\w.:/~=<>![\],-]+(?:\s+[\w.:/~=<>![\],-]+)*$/;

function checkList(value: Value | undefined, path: readonly PropertyKey[], report: Report): void {
  if (typeof value !== "string" && !isMapping(value)) return;
  const isFixable =
    typeof value === "string" && value.length < 1000 && words.test(value) && !/[=<>~!]\s|\s[=<>~!]/.test(value);
  report({
    code: "wrong_type",
    message: `is ${kindOf(value)}, but conda requires a list; begin each item with "- ".`,
    path,
    severity: "warning",
    ...(isFixable ? { fix: { replaceWith: value.split(/\s+/) } } : {}),
  });
}
