import { setImmediate } from "node:timers/promises";

/** The longest time that a loop keeps other requests waiting. */
const turnMs = 20;

/** For long loops: `await turn()` lets the event loop go on once 20 ms have passed since it last did. */
export function createYielder(): () => Promise<void> | undefined {
  let began = performance.now();
  return () => {
    if (performance.now() - began < turnMs) return undefined;
    return setImmediate().then(() => {
      began = performance.now();
    });
  };
}
