/** Checks that the targets of bindings exist, and that nodes do not depend on each other in a cycle. */
import type { Report } from "../../../diagnostic.ts";
import { isMapping, type Mapping, type Value } from "../../../yaml/value.ts";
import { replacement } from "../../checks/command-references.ts";
import { bindingsIn, legacyBinding, parseBinding } from "../../fields/bindings.ts";
import { checkUnreplacedBinding } from "./check-unreplaced-binding.ts";
import { closestBinding, maxGuesses } from "./closest-binding.ts";
import type { BindingTargets } from "./components/bound-ports.ts";
import { missingTarget, nodeOf } from "./missing-target.ts";

/** Visits every binding in a value, with its path. */
function eachBinding(
  value: Value | undefined,
  path: PropertyKey[],
  visit: (text: string, path: readonly PropertyKey[], value: string) => void,
): void {
  if (typeof value === "string") {
    if (value.includes("${{")) for (const text of bindingsIn(value)) visit(text, path, value);
    return;
  }
  if (!Array.isArray(value) && !isMapping(value)) return;
  for (const key of Object.keys(value)) {
    path.push(key);
    eachBinding((value as Mapping)[key], path, visit);
    path.pop();
  }
}

/** Fields whose bindings are resolved by the command, or refer to ports of the component. */
const skippedFields: readonly string[] = ["component", "trial", "task", "input_data", "command", "args"];

/** Checks all bindings of a pipeline whose components have been read. */
export function checkBindings(pipeline: Mapping, report: Report): void {
  const targets = targetsOf(pipeline);
  const { nodes } = targets;
  const dependencies = new Map<string, Set<string>>();
  for (const [name, node] of Object.entries(nodes)) {
    const nodeDependencies = new Set<string>();
    dependencies.set(name, nodeDependencies);
    for (const [field, value] of Object.entries(isMapping(node) ? node : {})) {
      if (skippedFields.includes(field)) continue;
      eachBinding(value, ["jobs", name, field], (text, path, whole) =>
        checkBinding(text, whole, issuePath(path), { pipeline, targets }, nodeDependencies, report),
      );
    }
  }
  const cycle = findCycle(dependencies);
  if (cycle !== undefined)
    report({
      code: "cycle",
      message: `depends on itself: ${shortCycle(cycle).join(" -> ")}.`,
      path: ["jobs", ...cycle.slice(0, 1)],
      severity: "blocker",
    });
}

/** The path of an issue: a bound input may have been written as a bare binding, without `path`. */
function issuePath(path: readonly PropertyKey[]): readonly PropertyKey[] {
  const isPort = path[2] === "inputs" || path[2] === "outputs";
  return path.slice(0, isPort && path.length === 5 && path[4] === "path" ? 4 : undefined);
}

/** Checks one binding, and adds the node that it refers to, if any, to `dependencies`. */
function checkBinding(
  text: string,
  value: string,
  path: readonly PropertyKey[],
  { pipeline, targets }: { readonly pipeline: Mapping; readonly targets: BindingTargets },
  dependencies: Set<string>,
  report: Report,
): void {
  if (legacyBinding.test(text)) {
    const replacement = text.replace("${" + "{", "${" + "{parent.");
    report({
      code: "unknown_binding",
      message: `uses the old binding ${text}; write ${replacement}.`,
      path,
      severity: "blocker",
      fix: { replaceWith: replacement },
    });
    return;
  }
  const binding = parseBinding(text);
  if (binding?.kind === "node" && nodeOf(pipeline, binding.node) !== undefined) dependencies.add(binding.node);
  const missing = binding === undefined ? missingBlock(text, pipeline) : missingTarget(binding, pipeline);
  if (missing === undefined) {
    if (text === value && path[2] === "inputs") checkUnreplacedBinding(text, path, pipeline, targets, report);
    return;
  }
  const guess = closestBinding(text, targets);
  report({
    code: "unknown_binding",
    message: `is bound to ${missing}, which does not exist${guess === undefined ? "." : `; did you mean ${guess}?`}`,
    path,
    severity: "blocker",
    ...replacement(value, text, guess),
  });
}

function targetsOf({ inputs, outputs, jobs }: Mapping): BindingTargets {
  const mapping = (value: Value | undefined): Mapping => (isMapping(value) ? value : {});
  return { inputs: mapping(inputs), outputs: mapping(outputs), nodes: mapping(jobs), guesses: { left: maxGuesses } };
}

/** The node that a condition or loop is bound to (`${{parent.jobs.NAME}}`), or another target that does not exist. */
function missingBlock(text: string, pipeline: Mapping): string | undefined {
  const [, name] = /^\$\{\{parent\.jobs\.([^.]+)\}\}$/.exec(text) ?? [];
  if (name !== undefined) return nodeOf(pipeline, name) === undefined ? `node ${name}` : undefined;
  // A binding to a node without the word `jobs`.
  const [, target] =
    /^\$\{\{parent\.((?!inputs\.|outputs\.|jobs\.)[^.]+\.(?:inputs|outputs)\..*)\}\}$/.exec(text) ?? [];
  return target;
}

/** A list of nodes, shortened for a message. */
function shortCycle(names: readonly string[]): readonly string[] {
  return names.length <= 12 ? names : [...names.slice(0, 6), "...", ...names.slice(-5)];
}

/**
 * A cycle of nodes that depend on each other, beginning and ending with the same node. Without recursion, because a
 * chain may have thousands of nodes.
 */
function findCycle(dependencies: ReadonlyMap<string, ReadonlySet<string>>): string[] | undefined {
  const done = new Set<string>();
  for (const start of dependencies.keys()) {
    const chain: { readonly name: string; readonly remaining: Iterator<string, undefined> }[] = [];
    const inChain = new Set<string>();
    const enter = (name: string): void => {
      chain.push({ name, remaining: (dependencies.get(name) ?? new Set<string>()).values() });
      inChain.add(name);
    };
    if (!done.has(start)) enter(start);
    for (let last = chain.at(-1); last !== undefined; last = chain.at(-1)) {
      const next = last.remaining.next().value;
      if (next !== undefined && inChain.has(next))
        return [...chain.map(({ name }) => name).slice(chain.findIndex(({ name }) => name === next)), next];
      if (next === undefined) {
        chain.pop();
        inChain.delete(last.name);
        done.add(last.name);
      } else if (!done.has(next)) enter(next);
    }
  }
  return undefined;
}
