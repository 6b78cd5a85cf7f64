/** What nodes are bound to: whether it is there, and whether nodes wait for each other. */
import { isMapping, type Mapping, type Value } from "../../../yaml/value.ts";
import type { Find } from "../../checks/common.ts";
import { bindingsIn, legacyBinding, parseBinding } from "../../fields/bindings.ts";
import { importPorts } from "./components/bound-ports.ts";

/** Visits every binding in a value, with its place. */
function eachBinding(
  value: Value | undefined,
  path: PropertyKey[],
  visit: (text: string, path: readonly PropertyKey[]) => void,
): void {
  if (typeof value === "string") {
    if (value.includes("${{")) for (const text of bindingsIn(value)) visit(text, path);
    return;
  }
  if (!Array.isArray(value) && !isMapping(value)) return;
  for (const key of Object.keys(value)) {
    path.push(key);
    eachBinding((value as Mapping)[key], path, visit);
    path.pop();
  }
}

/** Places whose bindings are the command's own, or name things of the component. */
const own: readonly string[] = ["component", "trial", "task", "input_data", "command", "args"];

/** Checks all bindings of a pipeline whose nodes have their components. */
export function checkBindings(pipeline: Mapping, find: Find): void {
  const nodes = isMapping(pipeline.jobs) ? pipeline.jobs : {};
  const waits = new Map<string, Set<string>>();
  for (const [name, node] of Object.entries(nodes)) {
    const before = new Set<string>();
    waits.set(name, before);
    for (const [field, value] of Object.entries(isMapping(node) ? node : {})) {
      if (own.includes(field)) continue;
      eachBinding(value, ["jobs", name, field], (text, path) =>
        checkBinding(text, placeOf(path), pipeline, before, find),
      );
    }
  }
  const cycle = findCycle(waits);
  if (cycle !== undefined)
    find({
      code: "cycle",
      message: `depends on itself: ${shortTrail(cycle).join(" -> ")}.`,
      path: ["jobs", cycle[0] as string],
      blocks: true,
    });
}

/** A bound input prints as `{path: binding}`, and may have come as the binding alone. */
function placeOf(path: readonly PropertyKey[]): readonly PropertyKey[] {
  const isPort = path[2] === "inputs" || path[2] === "outputs";
  return path.slice(0, isPort && path.length === 5 && path[4] === "path" ? 4 : undefined);
}

function checkBinding(
  text: string,
  path: readonly PropertyKey[],
  pipeline: Mapping,
  before: Set<string>,
  find: Find,
): void {
  const missing = (what: string): void =>
    find({ code: "unknown_binding", message: `is bound to ${what}, which does not exist.`, path, blocks: true });
  if (legacyBinding.test(text)) {
    const now = text.replace("${" + "{", "${" + "{parent.");
    find({
      code: "unknown_binding",
      message: `uses the old binding ${text}; write ${now}.`,
      path,
      blocks: true,
      mend: { op: "replace", path, value: now },
    });
    return;
  }
  const [, block] = /^\$\{\{parent\.jobs\.([^.]+)\}\}$/.exec(text) ?? [];
  if (block !== undefined) {
    if (!hasNode(pipeline, block)) missing(`node ${block}`);
    return;
  }
  const binding = parseBinding(text);
  if (binding === undefined) return;
  if (binding.kind !== "node") {
    const ports = binding.kind === "input" ? pipeline.inputs : pipeline.outputs;
    if (!isMapping(ports) || !hasPort(ports, binding.name)) missing(`${binding.kind} ${binding.name} of the pipeline`);
    return;
  }
  const { node: name, port } = binding;
  if (!hasNode(pipeline, name)) {
    missing(`node ${name}`);
    return;
  }
  before.add(name);
  const node = (pipeline.jobs as Mapping)[name] as Mapping;
  const component = isMapping(node.component) ? node.component : isMapping(node.trial) ? node.trial : undefined;
  const declared = component?.type === "import" ? importPorts(component)[port] : component?.[port];
  if (component !== undefined && !(isMapping(declared) && hasPort(declared, binding.name)))
    missing(`${port} ${binding.name} of node ${name}`);
}

function hasNode(pipeline: Mapping, name: string): boolean {
  return isMapping(pipeline.jobs) && Object.hasOwn(pipeline.jobs, name) && isMapping(pipeline.jobs[name]);
}

/** Inputs may be in groups, `group.name`. */
function hasPort(ports: Mapping, name: string): boolean {
  return Object.hasOwn(ports, name) || Object.hasOwn(ports, name.split(".")[0] ?? "");
}

/** A trail, shortened for a message. */
function shortTrail(names: readonly string[]): readonly string[] {
  return names.length <= 12 ? names : [...names.slice(0, 6), "...", ...names.slice(-5)];
}

/** Nodes that wait for each other, from the first of them around to it again. Without recursion, for a chain may have thousands of nodes. */
function findCycle(waits: ReadonlyMap<string, ReadonlySet<string>>): string[] | undefined {
  const done = new Set<string>();
  for (const start of waits.keys()) {
    const trail: { readonly name: string; readonly before: Iterator<string, undefined> }[] = [];
    const onTrail = new Set<string>();
    const enter = (name: string): void => {
      trail.push({ name, before: (waits.get(name) ?? new Set<string>()).values() });
      onTrail.add(name);
    };
    if (!done.has(start)) enter(start);
    for (let last = trail.at(-1); last !== undefined; last = trail.at(-1)) {
      const next = last.before.next().value;
      if (next !== undefined && onTrail.has(next))
        return [...trail.map(({ name }) => name).slice(trail.findIndex(({ name }) => name === next)), next];
      if (next === undefined) {
        trail.pop();
        onTrail.delete(last.name);
        done.add(last.name);
      } else if (!done.has(next)) enter(next);
    }
  }
  return undefined;
}
