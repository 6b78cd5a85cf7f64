import { isObject, objectAt, textAt } from "../request-and-reply.ts";
import type { Node } from "./job-parts.ts";
import type { JobRule } from "./job-rule.ts";

/**
 * A node has a value for each input of its component that is neither optional nor has a default. The body of a loop
 * gets its inputs from the loop.
 *
 * @see `BaseNode._validate_inputs` in azure/ai/ml/entities/_builders/base_node.py
 */
export const requiredInputRule: JobRule = {
  graph: ({ nodes }) => {
    const bodies = nodes.map(({ body }) => textAt(body, "body"));
    for (const node of nodes.filter(({ name }) => !bodies.includes(`\${{parent.jobs.${name}}}`))) {
      const missing = missingInput(node);
      if (missing === undefined) continue;
      const message = `The input ${missing} of the node ${node.name} is required by its component.`;
      return { message, target: `${node.place}inputs.${missing}` };
    }
    return undefined;
  },
};

function missingInput({ body, component }: Node): string | undefined {
  const given = Object.keys({ ...objectAt(body, "inputs"), ...objectAt(body, "search_space") });
  const isGiven = (name: string) => given.some((key) => key === name || key.startsWith(`${name}.`));
  return Object.entries(objectAt(component, "inputs")).find(([name, input]) => {
    // Specifications of components have text, also for booleans and defaults.
    const isOptional = isObject(input) && String(input.optional).toLowerCase() === "true";
    const hasDefault = isObject(input) && input.default !== undefined && input.default !== null;
    return !isOptional && !hasDefault && !isGiven(name);
  })?.[0];
}
