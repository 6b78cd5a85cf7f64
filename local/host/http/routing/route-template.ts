/** Route templates as ASP.NET Core reads them; the host tries them one after the other. */
import { parseRouteConstraint } from "./route-constraints.ts";

interface Parameter {
  readonly name: string;
  readonly catchAll: boolean;
  readonly optional: boolean;
  readonly fallback: string | undefined;
  readonly tests: readonly ((value: string) => boolean)[];
}

type Segment = readonly (string | Parameter)[];

export interface RouteTemplate {
  /** Values of the parameters where `path` (decoded, with its leading slash) matches. */
  match(path: string): Readonly<Record<string, string>> | undefined;
}

/** Compiles a template such as `api/jobs/{name:alpha}/{*rest}`. @throws in ASP.NET's words when it is not one. */
export function parseRouteTemplate(template: string): RouteTemplate {
  const text = template.replace(/^~?\//, "");
  const segments = text === "" ? [] : splitSegments(text).map(parseSegment);
  const parameters = segments.flat().filter((part) => typeof part !== "string");
  const names = parameters.map(({ name }) => name.toLowerCase());
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined)
    throw new Error(`The route parameter name '${twice}' appears more than one time in the route template.`);
  segments.forEach((segment, index) => {
    const ends = segment.some((part) => typeof part !== "string" && part.catchAll);
    if (ends && (index < segments.length - 1 || segment.length > 1))
      throw new Error("A catch-all parameter can only appear as the last segment of the route template.");
  });
  const matchers = segments.map(segmentMatchers);
  return {
    match: (path) => {
      const values = matchSegments(path, segments, matchers);
      return values !== undefined && parameters.every((parameter) => holds(parameter, values)) ? values : undefined;
    },
  };
}

/** Splits at slashes outside braces. */
function splitSegments(text: string): string[] {
  const segments = [""];
  let depth = 0;
  for (const character of text) {
    if (character === "{") depth += 1;
    if (character === "}") depth -= 1;
    if (character === "/" && depth === 0) segments.push("");
    else segments.push(`${segments.pop()}${character}`);
  }
  if (depth !== 0)
    throw new Error(
      "There is an incomplete parameter in the route template. Check that each '{' character has a matching '}' character.",
    );
  if (segments.at(-1) === "") segments.pop();
  if (segments.includes("")) throw new Error("The route template separator character '/' cannot appear consecutively.");
  return segments;
}

function parseSegment(text: string): Segment {
  const parts: (string | Parameter)[] = [];
  // A parameter, whose braces are doubled where they are meant as such, or a literal.
  for (const [, parameter, literal] of text.matchAll(/\{((?:\{\{|\}\}|[^{}])*)\}|((?:\{\{|\}\}|[^{}])+)/g)) {
    if (literal !== undefined) parts.push(single(literal));
    else parts.push(parseParameter(single(parameter ?? "")));
  }
  if (parts.some((part, index) => typeof part !== "string" && typeof (parts[index + 1] ?? "") !== "string")) {
    throw new Error(
      "A path segment cannot contain two consecutive parameters. They must be separated by a '/' or by a literal string.",
    );
  }
  return parts;
}

const single = (text: string) => text.replaceAll("{{", "{").replaceAll("}}", "}");

function parseParameter(text: string): Parameter {
  const catchAll = text.startsWith("*");
  const { name, constraints, rest } = splitParameter(text.replace(/^\*{1,2}/, ""));
  if (name === "" || /[/{}?*]/.test(name)) throw new Error(`The route parameter name '${name}' is invalid.`);
  const fallback = rest.startsWith("=") ? rest.slice(1) : undefined;
  return { name, catchAll, optional: rest === "?", fallback, tests: constraints.map(parseRouteConstraint) };
}

/** `id:int:min(1)?` -> name, constraints and what ends it: `?`, `=default` or nothing. Parentheses hide what is in them. */
function splitParameter(text: string): { name: string; constraints: string[]; rest: string } {
  const pieces = [""];
  let depth = 0;
  for (let index = 0; index < text.length; index += 1) {
    const character = text[index] as string;
    if (character === "(") depth += 1;
    if (character === ")") depth -= 1;
    if (depth === 0 && (character === "=" || (character === "?" && index === text.length - 1))) {
      return { name: pieces[0] as string, constraints: pieces.slice(1), rest: text.slice(index) };
    }
    if (depth === 0 && character === ":") pieces.push("");
    else pieces.push(`${pieces.pop()}${character}`);
  }
  return { name: pieces[0] as string, constraints: pieces.slice(1), rest: "" };
}

/**
 * A segment as expressions with one group a parameter, to be tried in order.
 * A parameter takes as much as it can, so `{name}.{ext}` splits at the last dot; in `{name}.{ext?}` the dot may be missing with what follows it.
 */
function segmentMatchers(segment: Segment): readonly RegExp[] {
  const expression = (parts: Segment) =>
    new RegExp(
      `^${parts.map((part) => (typeof part === "string" ? RegExp.escape(part) : "([\\s\\S]+)")).join("")}$`,
      "i",
    );
  const last = segment.at(-1);
  const optional = typeof last === "object" && last.optional && segment.at(-2) === ".";
  return optional ? [expression(segment), expression(segment.slice(0, -2))] : [expression(segment)];
}

function firstMatch(matchers: readonly RegExp[] | undefined, part: string): RegExpExecArray | undefined {
  for (const matcher of part === "" ? [] : (matchers ?? [])) {
    const found = matcher.exec(part);
    if (found !== null) return found;
  }
  return undefined;
}

function matchSegments(
  path: string,
  segments: readonly Segment[],
  matchers: readonly (readonly RegExp[])[],
): Record<string, string> | undefined {
  const parts = path.replace(/^\//, "").split("/");
  if (parts.at(-1) === "") parts.pop();
  const values: Record<string, string> = {};
  for (const [index, segment] of segments.entries()) {
    const first = segment[0] as string | Parameter;
    if (typeof first !== "string" && first.catchAll) {
      const rest = path.replace(/^\//, "").split("/").slice(index).join("/");
      return setValue(values, first, rest === "" ? undefined : rest);
    }
    const part = parts[index];
    if (part === undefined) {
      if (segment.length > 1 || typeof first === "string" || (!first.optional && first.fallback === undefined))
        return undefined;
      setValue(values, first, undefined);
      continue;
    }
    const found = firstMatch(matchers[index], part);
    if (found === undefined) return undefined;
    segment
      .filter((piece) => typeof piece !== "string")
      .forEach((parameter, group) => {
        setValue(values, parameter, found[group + 1]);
      });
  }
  return parts.length > segments.length ? undefined : values;
}

function setValue(
  values: Record<string, string>,
  { name, fallback }: Parameter,
  value: string | undefined,
): Record<string, string> {
  const given = value ?? fallback;
  if (given !== undefined)
    Object.defineProperty(values, name, { value: given, enumerable: true, configurable: true, writable: true });
  return values;
}

function holds({ name, optional, tests }: Parameter, values: Readonly<Record<string, string>>): boolean {
  const value = values[name];
  return value === undefined ? optional || tests.length === 0 : tests.every((test) => test(value));
}
