import type { PatchOperation } from "../../shared/core/issues.ts";

type Container = Record<string, unknown>;

/** Applies a JSON Patch (RFC 6902) to plain values, which it changes. Throws if a pointer does not exist. */
export function applyPatch(document: unknown, patch: readonly PatchOperation[]): unknown {
  const root: Container = { document };
  for (const operation of patch) applyOperation(root, operation);
  return root.document;
}

function applyOperation(root: Container, operation: PatchOperation): void {
  if (operation.op === "move") {
    add(root, operation.path, remove(root, operation.from));
    return;
  }
  if (operation.op === "remove") {
    remove(root, operation.path);
    return;
  }
  if (operation.op === "replace") remove(root, operation.path);
  add(root, operation.path, operation.value);
}

/** The container and the name of the value at a pointer; the container must exist. */
function locate(
  root: Container,
  pointer: string,
): { readonly container: Container | unknown[]; readonly name: string } {
  const names = pointer.split("/").map((name) => name.replaceAll("~1", "/").replaceAll("~0", "~"));
  names[0] = "document";
  const name = names.pop() ?? "";
  let container: unknown = root;
  for (const each of names) container = isContainer(container) ? (container as Container)[each] : undefined;
  if (!isContainer(container)) throw new Error(`${pointer} is not in a mapping or list.`);
  return { container, name };
}

function isContainer(value: unknown): value is Container | unknown[] {
  return typeof value === "object" && value !== null;
}

function remove(root: Container, pointer: string): unknown {
  const { container, name } = locate(root, pointer);
  if (!Object.hasOwn(container, name)) throw new Error(`${pointer} does not exist.`);
  if (Array.isArray(container)) return container.splice(Number(name), 1)[0];
  const removed = container[name];
  delete container[name];
  return removed;
}

function add(root: Container, pointer: string, value: unknown): void {
  const { container, name } = locate(root, pointer);
  const copy = structuredClone(value);
  if (!Array.isArray(container)) container[name] = copy;
  else container.splice(name === "-" ? container.length : Number(name), 0, copy);
}
