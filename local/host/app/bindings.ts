/** Which bindings this host has. */
import type { RegisteredFunction } from "./core-types.ts";

const supported: Readonly<Record<"in" | "out", readonly string[]>> = {
  in: ["httptrigger", "timertrigger", "queuetrigger"],
  out: ["http", "queue"],
};

/** The `in` binding that starts a function, its type in lower case. @throws when it has none. */
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

/** @throws naming every function and binding that this host cannot serve: an app that runs in part would be worse than one that does not start. */
export function assertBindingsSupported(functions: Iterable<RegisteredFunction>): void {
  const problems = [...functions].flatMap((fn) =>
    Object.entries(fn.bindings)
      .filter(([, { type, direction }]) => !supported[direction].includes(type.toLowerCase()))
      .map(([name, { type, direction }]) => `- function ${fn.name}: binding ${name} of type ${type} (${direction})`),
  );
  if (problems.length > 0)
    throw new Error(`The local host does not have every binding that the app uses:\n${problems.join("\n")}`);
}
