// Prints the functions that an app registers with the Functions host as JSON: `node registered.ts ENTRY`. The entry is
// loaded as by the Node worker: `@azure/functions-core` is available only through `require`, and every function must be
// registered when the entry has been loaded.
import { createRequire, Module } from "node:module";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";

const functions: object[] = [];
const hooks: string[] = [];
const core = {
  version: "4.0.0",
  hostVersion: "4.0.0",
  registerFunction(metadata: { readonly name: string; readonly bindings: object; readonly retryOptions?: object }) {
    functions.push(metadata);
    return { dispose: () => undefined };
  },
  setProgrammingModel: () => undefined,
  registerHook(name: string) {
    hooks.push(name);
    return { dispose: () => undefined };
  },
  log: () => undefined,
};
const load = Module.prototype.require;
Module.prototype.require = Object.assign(function (this: NodeModule, id: string) {
  return id === "@azure/functions-core" ? core : load.call(this, id);
}, load);

const [, , entry = ""] = process.argv;
if (entry.endsWith(".cjs")) createRequire(import.meta.url)(resolve(entry));
else await import(pathToFileURL(resolve(entry)).href);
const byName = (a: object, b: object) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1);
process.stdout.write(JSON.stringify({ functions: functions.sort(byName), hooks }), () => process.exit(0));
