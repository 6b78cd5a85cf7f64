import type { Report } from "../../../../diagnostic.ts";
import { isMapping, type Mapping } from "../../../../yaml/value.ts";
import { type CheckContext, withoutFileScheme } from "../../../checks/local-files.ts";
import { lower } from "../../../schema/enums.ts";
import { show } from "../../../schema/show.ts";
import { checkUndeclaredPorts } from "../components/check-undeclared-ports.ts";
import { nodePorts } from "../components/node-ports.ts";
import { flowPorts } from "./flow-ports.ts";
import { readFlow } from "./read-flow.ts";

/**
 * A parallel node whose component is the path of a prompt flow. It keeps the path, because a flow cannot be written
 * inline. @param content the document at `file` @param below the context of that file
 */
export function flowNode(
  node: Mapping,
  content: Mapping,
  file: string,
  context: CheckContext,
  below: CheckContext,
): Mapping {
  const { type = "parallel" } = node;
  if (typeof type !== "string" || lower(type) !== "parallel") {
    context.report({
      severity: "error",
      code: "not_allowed",
      message: `is ${show(type)}, but the component is a prompt flow, which only a node of type parallel runs.`,
      path: ["type"],
      fix: { replaceWith: "parallel" },
    });
    // A valid placeholder prevents follow-up issues.
    return Object.assign(Object.create(null), node, { type: "parallel", component: "azureml:unreadable:1" });
  }
  const path = String(node.component);
  if (withoutFileScheme(path) !== path)
    context.report({
      severity: "error",
      code: "invalid_reference",
      message: `is ${show(path)}; the path of a prompt flow has no scheme.`,
      path: ["component"],
      fix: { replaceWith: withoutFileScheme(path) },
    });
  readFlow(content, file, below);
  context.budget.flows.add(file);
  checkConnections(node.inputs, context.report);
  const declared = flowPorts(node.inputs);
  checkUndeclaredPorts(node, declared, context.report);
  const ports = nodePorts(node, declared, () => false, context.report);
  return Object.assign(Object.create(null), node, { type: "parallel" }, ports);
}

function checkConnections(inputs: Mapping[string], report: Report): void {
  for (const name of isMapping(inputs) ? Object.keys(inputs) : []) {
    const [first, ...rest] = name.split(".");
    if (first !== "connections" || rest.length === 2) continue;
    report({
      severity: "error",
      code: "wrong_key",
      message: "is not the input of a connection; expected connections.STEP.NAME.",
      path: ["inputs", name],
    });
  }
}
