import type { RegisteredFunction } from "./core-types.ts";

/** Binding types that this host supports, by direction. */
const supported: Readonly<Record<"in" | "out", readonly string[]>> = {
  in: ["httptrigger", "timertrigger", "queuetrigger"],
  out: ["http", "queue"],
};

/** The trigger binding of a function, its type in lower case. @throws Error if the function has no trigger. */
export function triggerOf(fn: RegisteredFunction): {
  name: string;
  type: string;
  options: Readonly<Record<string, unknown>>;
} {
  const found = Object.entries(fn.bindings).find(
    ([, { type, direction }]) => direction === "in" && /trigger$/i.test(type),
  );
  if (found === undefined) throw new Error(`Function ${fn.name} has no trigger.`);
  return { name: found[0], type: found[1].type.toLowerCase(), options: found[1] };
}

/** @throws with all unsupported bindings of an app, because running only some of its functions would be misleading. */
export function assertBindingsSupported(functions: Iterable<RegisteredFunction>): void {
  const problems = [...functions].flatMap((fn) =>
    Object.entries(fn.bindings)
      .filter(([, { type, direction }]) => !supported[direction].includes(type.toLowerCase()))
      .map(([name, { type, direction }]) => `- function ${fn.name}: binding ${name} of type ${type} (${direction})`),
  );
  if (problems.length > 0)
    throw new Error(`The local host does not support these bindings of the app:\n${problems.join("\n")}`);
}
