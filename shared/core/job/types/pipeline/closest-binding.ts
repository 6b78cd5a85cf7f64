/** Finds the binding that the author of a wrong binding probably meant. */

import { isMapping, type Value } from "../../../yaml/value.ts";
import { closest } from "../../schema/closest.ts";
import { type BindingTargets, declaredPorts, hasComponent } from "./components/bound-ports.ts";

/**
 * Another binding, whose target exists and is closest to the missing one; undefined if there is not exactly one, or
 * after too many guesses.
 */
export function closestBinding(text: string, targets: BindingTargets): string | undefined {
  if (targets.guesses.left === 0) return undefined;
  targets.guesses.left--;
  const [, target = ""] = /^\$\{\{parent\.(.*)\}\}$/.exec(text) ?? [];
  const parts = target.split(".");
  const found = parts[0] === "jobs" ? closestOutput(parts.slice(1), targets) : closestTarget(parts, targets);
  const binding = found === undefined ? undefined : `\${{parent.${found.join(".")}}}`;
  return binding === text ? undefined : binding;
}

function closestTarget(parts: readonly string[], targets: BindingTargets): readonly string[] | undefined {
  const [kind = "", name = "", ...rest] = parts;
  if (kind === "inputs" || kind === "outputs") {
    const guess = closestName(name, targets[kind]);
    return guess === undefined ? undefined : [kind, guess, ...rest];
  }
  // The word `jobs` is missing.
  return name === "inputs" || name === "outputs" ? closestOutput(parts, targets) : undefined;
}

/** Corrects the name of the node, and that of its input or output. */
function closestOutput(parts: readonly string[], { nodes }: BindingTargets): readonly string[] | undefined {
  const [node = "", port = "", ...names] = parts;
  if (port !== "inputs" && port !== "outputs") return undefined;
  const known = closestName(node, nodes);
  const found = known === undefined ? undefined : nodes[known];
  if (known === undefined || !isMapping(found)) return undefined;
  const text = names.join(".");
  const isDeclared = hasComponent(found);
  const guess = closestName(text, isDeclared ? declaredPorts(found, port) : found[port]);
  // A node without a known component may have more ports than it mentions, but then only its own name is corrected.
  const name = guess ?? (isDeclared || known === node ? undefined : text);
  return name === undefined ? undefined : ["jobs", known, port, name];
}

/** As many problems are shown. */
export const maxGuesses = 200;

/** A name that exists, or the closest one. */
function closestName(name: string, known: Value | undefined): string | undefined {
  if (!isMapping(known)) return undefined;
  return Object.hasOwn(known, name) ? name : closest(name, Object.keys(known));
}
