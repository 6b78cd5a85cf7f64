/** Checks that the inputs and outputs that a command uses exist. */
import { defined } from "../../../lib/defined.ts";
import type { Report, Severity } from "../../diagnostic.ts";
import { isMapping, type Mapping, type Value } from "../../yaml/value.ts";
import { bindingsIn } from "../fields/bindings.ts";
import { closestReference, guessReference, type References } from "./closest-reference.ts";

/** The declared inputs and outputs of a command. */
export interface CommandPorts {
  readonly inputs: Value | undefined;
  readonly outputs: Value | undefined;
  /** The parameters of a sweep, of whose trial this is the command. */
  readonly searchSpace?: Value | undefined;
  /** The command of a component can use only its own inputs and outputs, and has no output `default`. */
  readonly isComponent?: boolean;
}

/** Checks the `${{...}}` of a command. */
export function checkCommandReferences(
  command: Value | undefined,
  { inputs, outputs, searchSpace, isComponent = false }: CommandPorts,
  path: readonly PropertyKey[],
  report: Report,
): void {
  if (typeof command !== "string" || !command.includes("${" + "{")) return;
  const given = { inputs: isMapping(inputs) ? inputs : {}, outputs: isMapping(outputs) ? outputs : {}, searchSpace };
  if (!isComponent) checkInputReferences(command, inputs, path, report);
  const problemOf = isComponent ? componentProblem : plainProblem;
  const texts = new Set(bindingsIn(isComponent ? command : withoutOptionalParts(command)));
  let left = maxProblems;
  for (const text of texts) {
    if (reportUnnamed(text, path, report)) continue;
    const problem = left > 0 ? problemOf(text, given) : undefined;
    if (problem === undefined) continue;
    left--;
    reportReference(command, text, problem, path, report);
  }
}

/** A command without its parts in `$[[...]]`, which are dropped if an input of theirs is missing. */
function withoutOptionalParts(command: string): string {
  const [start = "", ...parts] = command.split("$[[");
  return [start, ...parts.map((part) => (part.includes("]]") ? part.slice(part.indexOf("]]") + 2) : part))].join("");
}

/** Reports `${{inputs}}` and `${{outputs}}`, which the SDK sends as they are; returns whether the text is one of them. */
function reportUnnamed(text: string, path: readonly PropertyKey[], report: Report): boolean {
  const kind = /^\$\{\{\s*(input|output)s\s*\}\}$/.exec(text)?.[1];
  if (kind === undefined) return false;
  const message = `uses ${text}, which names no ${kind} and is not replaced; write \${{${kind}s.NAME}}.`;
  report({ code: "unknown_binding", message, path, severity: "warning" });
  return true;
}

/** Problems of one command that are reported: each is compared with all inputs. */
const maxProblems = 100;

interface Problem {
  readonly code: "unknown_input" | "unknown_binding";
  readonly message: string;
  /** The reference that was probably meant. */
  readonly right: string | undefined;
  /** Blocks the submission by default. */
  readonly severity?: Severity;
}

/** `kind` and `name` of `${{kind.name}}`. */
function parts(text: string): readonly [string, string] {
  const [kind = "", name = ""] = text.slice(3, -2).trim().split(".");
  return [kind, name];
}

interface GivenPorts {
  readonly inputs: Mapping;
  readonly outputs: Mapping;
  readonly searchSpace?: Value | undefined;
}

/** The SDK submits a plain command without a check of its outputs and of `${{ inputs.x }}`; no backend can run it. */
function plainProblem(text: string, { inputs, outputs, searchSpace }: GivenPorts): Problem | undefined {
  const [kind, name] = parts(text);
  if (kind === "inputs") return /\s/.test(text) ? missingPort(text, inputs) : undefined;
  if (kind === "outputs") return name === "default" ? undefined : missingPort(text, outputs);
  return unreplacedProblem(text, { inputs, outputs, ...defined({ search_space: searchSpace }) });
}

/** A text in `${{...}}` that begins with no kind of value, so that Azure ML leaves it as it is. */
function unreplacedProblem(text: string, references: References): Problem | undefined {
  if (!/^\$\{\{\s*[\w-]+(?:\.[\w-]+)+\s*\}\}$/.test(text) || replacedKinds.includes(parts(text)[0])) return undefined;
  return {
    code: "unknown_binding",
    message: `uses ${text}, which Azure ML does not replace`,
    severity: "warning",
    right: guessReference(text, references),
  };
}

/** The kinds of values in commands; those of a pipeline are replaced in its nodes. */
const replacedKinds: readonly string[] = ["inputs", "outputs", "search_space", "parent"];

/** @see _validate_command of the SDK */
function componentProblem(text: string, { inputs, outputs }: GivenPorts): Problem | undefined {
  const [kind, name] = parts(text);
  // The SDK finds no reference in a text with blanks.
  if (/\s/.test(text.slice(3, -2).trim()) || componentFields.includes(kind)) return undefined;
  if (kind === "inputs") return missingPort(text, inputs);
  if (kind === "outputs") return missingPort(text, outputs);
  // `search_space.x` is an input of the component.
  const meant = text.slice(3, -2).trim().split(".").at(-1) ?? name;
  return {
    code: "unknown_binding",
    message: `uses ${text}; the command of a component can use only its inputs and outputs`,
    right: guessReference(text, { inputs, outputs }) ?? closestReference("inputs", meant, inputs),
  };
}

function missingPort(text: string, ports: Mapping): Problem | undefined {
  const [kind, name] = parts(text);
  if (Object.hasOwn(ports, name)) return undefined;
  return {
    code: kind === "inputs" ? "unknown_input" : "unknown_binding",
    message: `uses ${text}, but there is no ${kind.slice(0, -1)} ${name}`,
    right: closestReference(kind, name, ports),
  };
}

function reportReference(
  command: string,
  text: string,
  { code, message, right, severity = "blocker" }: Problem,
  path: readonly PropertyKey[],
  report: Report,
): void {
  const [kind, name] = parts(text);
  report({
    code,
    message: right === undefined ? `${message}.` : `${message}. Did you mean ${right}?`,
    path,
    severity,
    target: { kind, name },
    ...replacement(command, text, right),
  });
}

/** Fields of a component, which the SDK accepts in its command. */
const componentFields: readonly string[] = [
  ...["name", "version", "id", "type", "display_name", "description", "tags", "properties", "is_deterministic"],
  ...["command", "code", "environment", "resources", "distribution", "base_path"],
];

/** Suggested texts contain the whole command, so those of a long command would make a long response. */
const maxSuggestion = 10_000;

/** The fix that replaces a binding in a text. */
export function replacement(
  text: string,
  wrong: string,
  right: string | undefined,
): { readonly fix?: { readonly replaceWith: string } } {
  if (right === undefined || text.length > maxSuggestion) return {};
  return { fix: { replaceWith: text.split(wrong).join(right) } };
}

/** Warns about `${{inputs.x}}` without an input `x`, except within `[...]`. @see _validate_inputs_for of the SDK */
export function checkInputReferences(
  command: Value | undefined,
  inputs: Value | undefined,
  path: readonly PropertyKey[],
  report: Report,
): void {
  if (typeof command !== "string" || !command.includes("${{inputs.")) return;
  const optional = new Set(
    Array.from(command.matchAll(/\[[\w.\s-]*\$\{\{inputs\.([\w.-]+)\}\}\]/g), (match) => match[1]),
  );
  const known = isMapping(inputs) ? inputs : {};
  const used = new Set(Array.from(command.matchAll(/\$\{\{inputs\.([\w.-]+)\}\}/g), (match) => match[1] ?? ""));
  const missing = Array.from(used).filter((name) => !Object.hasOwn(known, name) && !optional.has(name));
  for (const name of missing.slice(0, maxProblems)) {
    const text = `\${{inputs.${name}}}`;
    const problem = {
      code: "unknown_input",
      message: `uses ${text}, but there is no input ${name}`,
      right: closestReference("inputs", name, known),
    } as const;
    reportReference(command, text, problem, path, report);
  }
}
