/** Route templates of ASP.NET Core, the web framework of the real host. */
import { parseRouteConstraint } from "./route-constraints.ts";

interface Parameter {
  readonly name: string;
  readonly catchAll: boolean;
  readonly optional: boolean;
  readonly defaultValue: string | undefined;
  readonly constraints: readonly ((value: string) => boolean)[];
}

/** Literals and parameters between two slashes. */
type Segment = readonly (string | Parameter)[];

type Values = Record<string, string>;

export interface RouteTemplate {
  /** Parameter values of `path` (decoded, with its leading slash); undefined if it does not match. */
  match(path: string): Readonly<Values> | undefined;
}

/** Parses a template such as `api/jobs/{name:alpha}/{*rest}`. @throws with the message of ASP.NET if it is invalid. */
export function parseRouteTemplate(template: string): RouteTemplate {
  const text = template.replace(/^~?\//, "");
  const segments = text === "" ? [] : splitSegments(text).map(parseSegment);
  const parameters = segments.flat().filter(isParameter);
  checkUniqueNames(parameters);
  checkCatchAll(segments);
  const matchers = segments.map((segment) => ({ segment, patterns: segmentPatterns(segment) }));
  return {
    match: (path) => {
      const values = matchPath(path, matchers);
      return values !== undefined && parameters.every((parameter) => satisfies(parameter, values)) ? values : undefined;
    },
  };
}

const isParameter = (part: string | Parameter | undefined): part is Parameter => typeof part === "object";

function checkUniqueNames(parameters: readonly Parameter[]): void {
  const names = parameters.map(({ name }) => name.toLowerCase());
  const duplicate = names.find((name, index) => names.indexOf(name) !== index);
  if (duplicate !== undefined)
    throw new Error(`The route parameter name '${duplicate}' appears more than one time in the route template.`);
}

function checkCatchAll(segments: readonly Segment[]): void {
  const index = segments.findIndex((segment) => segment.some((part) => isParameter(part) && part.catchAll));
  if (index !== -1 && (index < segments.length - 1 || segments[index]?.length !== 1))
    throw new Error("A catch-all parameter can only appear as the last segment of the route template.");
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
      "There is an incomplete parameter in the route template. " +
        "Check that each '{' character has a matching '}' character.",
    );
  if (segments.at(-1) === "") segments.pop();
  if (segments.includes("")) throw new Error("The route template separator character '/' cannot appear consecutively.");
  return segments;
}

function parseSegment(text: string): Segment {
  const parts: (string | Parameter)[] = [];
  // A parameter in braces, or a literal; doubled braces are literal braces in both.
  for (const [, parameter, literal] of text.matchAll(/\{((?:\{\{|\}\}|[^{}])*)\}|((?:\{\{|\}\}|[^{}])+)/g)) {
    if (literal !== undefined) parts.push(unescapeBraces(literal));
    else parts.push(parseParameter(unescapeBraces(parameter ?? "")));
  }
  if (parts.some((part, index) => isParameter(part) && isParameter(parts[index + 1]))) {
    throw new Error(
      "A path segment cannot contain two consecutive parameters. " +
        "They must be separated by a '/' or by a literal string.",
    );
  }
  return parts;
}

const unescapeBraces = (text: string) => text.replaceAll("{{", "{").replaceAll("}}", "}");

function parseParameter(text: string): Parameter {
  const catchAll = text.startsWith("*");
  const { name, constraints, suffix } = splitParameter(text.replace(/^\*{1,2}/, ""));
  if (name === "" || /[/{}?*]/.test(name)) throw new Error(`The route parameter name '${name}' is invalid.`);
  return {
    name,
    catchAll,
    optional: suffix === "?",
    defaultValue: suffix.startsWith("=") ? suffix.slice(1) : undefined,
    constraints: constraints.map(parseRouteConstraint),
  };
}

interface ParameterParts {
  readonly name: string;
  readonly constraints: readonly string[];
  /** `?`, `=default` or empty. */
  readonly suffix: string;
}

/** Splits `id:int:min(1)?` at colons outside parentheses. */
function splitParameter(text: string): ParameterParts {
  const pieces = [""];
  let depth = 0;
  let end = 0;
  for (; end < text.length; end += 1) {
    const character = text[end] as string;
    if (character === "(") depth += 1;
    if (character === ")") depth -= 1;
    const isSuffix = character === "=" || (character === "?" && end === text.length - 1);
    if (depth === 0 && isSuffix) break;
    if (depth === 0 && character === ":") pieces.push("");
    else pieces.push(`${pieces.pop()}${character}`);
  }
  const [name = "", ...constraints] = pieces;
  return { name, constraints, suffix: text.slice(end) };
}

interface SegmentMatcher {
  readonly segment: Segment;
  /** Tried in order; each has one group per parameter. */
  readonly patterns: readonly RegExp[];
}

/**
 * Parameters are greedy, so `{name}.{ext}` splits at the last dot. In `{name}.{ext?}` the dot may be missing together
 * with the extension, so there is a second pattern.
 */
function segmentPatterns(segment: Segment): readonly RegExp[] {
  const pattern = (parts: Segment) =>
    new RegExp(`^${parts.map((part) => (isParameter(part) ? "([\\s\\S]+)" : RegExp.escape(part))).join("")}$`, "i");
  const last = segment.at(-1);
  const hasOptionalExtension = isParameter(last) && last.optional && segment.at(-2) === ".";
  return hasOptionalExtension ? [pattern(segment), pattern(segment.slice(0, -2))] : [pattern(segment)];
}

function matchPath(path: string, matchers: readonly SegmentMatcher[]): Values | undefined {
  const parts = path.replace(/^\//, "").split("/");
  const rest = (index: number) => parts.slice(index).join("/");
  const count = parts.at(-1) === "" ? parts.length - 1 : parts.length;
  const values: Values = {};
  for (const [index, { segment, patterns }] of matchers.entries()) {
    const [first] = segment;
    if (isParameter(first) && first.catchAll) {
      setValue(values, first, rest(index) || undefined);
      return values;
    }
    const isMatch =
      index < count ? matchSegment(parts[index] as string, segment, patterns, values) : mayBeMissing(segment, values);
    if (!isMatch) return undefined;
  }
  return count > matchers.length ? undefined : values;
}

/** Adds the values of one path segment to `values`; false if it does not match. */
function matchSegment(part: string, segment: Segment, patterns: readonly RegExp[], values: Values): boolean {
  if (part === "") return false;
  for (const pattern of patterns) {
    const groups = pattern.exec(part);
    if (groups === null) continue;
    for (const [index, parameter] of segment.filter(isParameter).entries())
      setValue(values, parameter, groups[index + 1]);
    return true;
  }
  return false;
}

/** True for a single parameter that is optional or has a default, which is added to `values`. */
function mayBeMissing([parameter, ...others]: Segment, values: Values): boolean {
  if (!isParameter(parameter) || others.length > 0) return false;
  if (!parameter.optional && parameter.defaultValue === undefined) return false;
  setValue(values, parameter, undefined);
  return true;
}

/** Defines an own property, because a parameter may be named `__proto__`. */
function setValue(values: Values, { name, defaultValue }: Parameter, matched: string | undefined): void {
  const value = matched ?? defaultValue;
  if (value !== undefined)
    Object.defineProperty(values, name, { value, enumerable: true, configurable: true, writable: true });
}

function satisfies({ name, optional, constraints }: Parameter, values: Readonly<Values>): boolean {
  const value = values[name];
  if (value === undefined) return optional || constraints.length === 0;
  return constraints.every((test) => test(value));
}
