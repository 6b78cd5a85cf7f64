/** Checks of single nodes, except for their bindings. */
import type { Report } from "../../../diagnostic.ts";
import { isMapping, type Mapping, type Value } from "../../../yaml/value.ts";
import { checkAssetReference, checkEnvironmentReference } from "../../checks/asset-references.ts";
import { checkCode } from "../../checks/check-code.ts";
import { checkBoundVariables, checkCounts, checkMinimum, checkPortNames, checkVariables } from "../../checks/common.ts";
import { checkInputPaths } from "../../checks/input-paths.ts";
import { type CheckContext, checkIncludes, contextBelow } from "../../checks/local-files.ts";
import { resolveEnvironment } from "../../checks/resolve-environment.ts";
import { checkAutoml } from "../automl/checks.ts";
import { checkCommandSettings } from "../command/checks.ts";
import { checkImportNode } from "../import/checks.ts";
import { checkSparkNode } from "../spark/checks.ts";
import { checkSweep } from "../sweep/checks.ts";
import { checkDataTransfer } from "./check-data-transfer.ts";
import { checkDates } from "./check-dates.ts";
import { checkNodeTags } from "./check-node-tags.ts";
import { nodePorts, reportMisspeltParameters } from "./components/node-ports.ts";

const needsCompute: readonly unknown[] = ["command", "sweep", "parallel", "automl"];

export interface NodeContext {
  /** Whether the pipeline has a default compute. */
  readonly hasCompute: boolean;
  /** Whether the node is the body of a loop, which sets its inputs. */
  readonly isBody: boolean;
}

/** Checks a node; returns it with its conda files read and its inputs as its component declares them. */
export function checkNode(node: Mapping, place: NodeContext, context: CheckContext): Mapping {
  const checked = checkByType(node, place, context);
  // Only now, because a text is a path if the component declares data.
  checkInputPaths(context, checked.inputs, ["inputs"]);
  return checked;
}

function checkByType(node: Mapping, { hasCompute, isBody }: NodeContext, context: CheckContext): Mapping {
  checkNodeTags(node, context.report);
  checkDates(node, context.report);
  const field = node.type === "sweep" ? "trial" : "component";
  checkAssetReference(node[field], "components", [field], context.report);
  if (node.type === "import") return checkImportNode(node, isBody, context);
  if (node.type === "spark") return checkSparkComponent(node, isBody, context);
  const { report } = context;
  const component = node[field];
  // The variables of an inline command are checked with its command.
  if (node.type !== "command" || component !== undefined)
    checkVariables(node.environment_variables, ["environment_variables"], report);
  if (!hasCompute && node.compute === undefined && needsCompute.includes(node.type)) {
    report({
      code: "incomplete",
      message: "is missing, and the pipeline has no default compute.",
      path: ["compute"],
      severity: "blocker",
    });
  }
  if (isMapping(node.limits)) checkMinimum(node.limits.timeout, 1, ["limits", "timeout"], report);
  if (node.type === "sweep") checkSweep(node, undefined, report);
  if (node.type === "automl") checkAutoml(node, context);
  if (node.type === "data_transfer") checkDataTransfer(node, report);
  if (node.type === "if_else") checkBlocks(node, context);
  return component === undefined ? checkInlineNode(node, context) : checkComponent(node, field, isBody, context);
}

function checkInlineNode(node: Mapping, context: CheckContext): Mapping {
  if (node.type !== "automl") checkPortNames(node, context.report);
  if (node.type === "command") return checkCommand(node, [], context);
  return node.type === "parallel" ? checkTask(node, context) : node;
}

/** Checks a node whose component, in `field`, is registered, inline or read from a file. */
function checkComponent(node: Mapping, field: string, isBody: boolean, context: CheckContext): Mapping {
  const component = node[field];
  // Its reference is not checked, because it is not sent.
  const environment = resolveEnvironment(context, node.environment, ["environment"]);
  const own = environment === node.environment ? node : { ...node, environment };
  if (isMapping(component)) return checkInlineComponent(own, field, component, isBody, context);
  checkCounts(own, [], context.report);
  return own;
}

function checkCommand(holder: Mapping, path: readonly PropertyKey[], context: CheckContext): Mapping {
  if (holder.environment === undefined) {
    checkVariables(holder.environment_variables, [...path, "environment_variables"], context.report);
    context.report({ code: "incomplete", message: "is missing.", path: [...path, "environment"], severity: "blocker" });
    return holder;
  }
  const { inputs, outputs } = holder;
  return checkCommandSettings(holder, { inputs, outputs, isComponent: true }, path, context);
}

function checkCommandComponent(component: Mapping, context: CheckContext): Mapping {
  checkBoundVariables(component.environment_variables, ["environment_variables"], context.report);
  return checkCommand(component, [], context);
}

/** Reports queue settings of a component, which belong to its node. */
function reportQueue(node: Mapping, field: string, report: Report): void {
  const move = { op: "move", from: `/${field}/queue_settings`, path: "/queue_settings" } as const;
  report({
    code: "incomplete",
    message: "is in a component, where the SDK accepts it but cannot send it. Set it on the node instead.",
    path: ["queue_settings"],
    severity: "blocker",
    ...(node.queue_settings === undefined ? { fix: { up: 2, patch: [move] } } : {}),
  });
}

function checkTask(holder: Mapping, context: CheckContext): Mapping {
  const { report } = context;
  checkCounts(holder, [], report);
  checkMinimum(holder.max_concurrency_per_instance, 1, ["max_concurrency_per_instance"], report);
  if (!isMapping(holder.task)) {
    report({
      code: "incomplete",
      message: "is missing; a parallel node needs a task.",
      path: ["task"],
      severity: "blocker",
    });
    return holder;
  }
  checkCode(context, holder.task.code, ["task", "code"], "task");
  checkIncludes(context, holder.additional_includes);
  const environment = resolveEnvironment(context, holder.task.environment, ["task", "environment"]);
  checkEnvironmentReference(environment, ["task", "environment"], report);
  return { ...holder, task: { ...holder.task, environment } };
}

function checkInlineComponent(
  node: Mapping,
  field: string,
  component: Mapping,
  isBody: boolean,
  context: CheckContext,
): Mapping {
  const below = contextBelow(context, [field]);
  checkPortNames(component, below.report);
  if (component.type === "command" && component.queue_settings !== undefined) reportQueue(node, field, below.report);
  const checked =
    component.type === "parallel"
      ? checkTask(component, below)
      : component.type === "command"
        ? checkCommandComponent(component, below)
        : component;
  checkCounts(node, [], context.report);
  const task = component.type === "parallel" ? ownTask(node, component, checked, context) : {};
  const parameters = isMapping(node.search_space) ? node.search_space : {};
  const misspelt = reportMisspeltParameters(parameters, node, component, context.report);
  const isProvided = (input: string): boolean => isBody || Object.hasOwn(parameters, input) || misspelt.has(input);
  return { ...node, ...task, [field]: checked, ...nodePorts(node, component, isProvided, context.report) };
}

/** The task of a parallel node: that of its component, as checked, because the SDK cannot send another one. */
function ownTask(node: Mapping, component: Mapping, checked: Mapping, context: CheckContext): Mapping {
  if (node.task === component.task) return { task: checked.task };
  if (component.task !== undefined)
    context.report({
      code: "conflict",
      message: "is not that of the component, which the node runs; change the task of the component instead.",
      path: ["task"],
      severity: "blocker",
    });
  return {};
}

function checkSparkComponent(node: Mapping, isBody: boolean, context: CheckContext): Mapping {
  const checked = checkSparkNode(node, context);
  if (isMapping(node.component)) checkPortNames(node.component, contextBelow(context, ["component"]).report);
  return isMapping(checked.component)
    ? { ...checked, ...nodePorts(checked, checked.component, () => isBody, context.report) }
    : checked;
}

function checkBlocks(node: Mapping, { report }: CheckContext): void {
  const nodesOf = (block: Value | undefined): readonly Value[] =>
    block === undefined ? [] : Array.isArray(block) ? block : [block];
  const whenTrue = nodesOf(node.true_block);
  const whenFalse = nodesOf(node.false_block);
  if (whenTrue.length + whenFalse.length === 0)
    report({
      code: "incomplete",
      message: "and false_block are both missing; a condition needs at least one of them.",
      path: ["true_block"],
      severity: "blocker",
    });
  const names = new Set(whenTrue);
  if (whenFalse.some((name) => names.has(name)))
    report({
      code: "conflict",
      message: "contains a node that is also in true_block.",
      path: ["false_block"],
      severity: "blocker",
    });
}
