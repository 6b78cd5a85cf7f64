import type { Report } from "../../../diagnostic.ts";
import type { Mapping } from "../../../yaml/value.ts";
import { parseBinding } from "../../fields/bindings.ts";
import { closestBinding } from "./closest-binding.ts";
import type { BindingTargets } from "./components/bound-ports.ts";
import { missingTarget } from "./missing-target.ts";

/** Warns about an input like `${{prep.outputs.clean}}`, which the SDK sends as text, because it is not of `parent`. */
export function checkUnreplacedBinding(
  value: string,
  path: readonly PropertyKey[],
  pipeline: Mapping,
  targets: BindingTargets,
  report: Report,
): void {
  const [, root = "", rest = ""] = /^\$\{\{([\w-]+)\.([\w-]+(?:\.[\w-]+)*)\}\}$/.exec(value) ?? [];
  if (rest === "" || root === "parent") return;
  // Words before the target are left out, and missing ones are added.
  const candidates = [`jobs.${root}.${rest}`, rest, `jobs.${rest}`].map((target) => `\${{parent.${target}}}`);
  const right =
    candidates.find((text) => exists(text, pipeline)) ??
    candidates.map((text) => closestBinding(text, targets)).find((text) => text !== undefined);
  const problem = `is ${value}, which Azure ML does not replace, because it does not begin with parent`;
  report({
    code: "unknown_binding",
    message: right === undefined ? `${problem}.` : `${problem}. Did you mean ${right}?`,
    path,
    severity: "warning",
    ...(right === undefined ? {} : { fix: { replaceWith: right } }),
  });
}

function exists(text: string, pipeline: Mapping): boolean {
  const binding = parseBinding(text);
  return binding !== undefined && missingTarget(binding, pipeline) === undefined;
}
