/** `@azure/functions-core`, which no package provides: the real Node worker puts it into the app's `require`, and so does this host. */
import Module from "node:module";
import {
  type FunctionCallback,
  type FunctionMetadata,
  type HookCallback,
  type HookContext,
  type HookName,
  hookNames,
  type LogCategory,
  type LogLevel,
  type ProgrammingModel,
  type RegisteredFunction,
} from "./core-types.ts";

export type CoreLog = (level: LogLevel, category: LogCategory, message: string) => void;

/** What an app has registered, and the hooks and the programming model to run it with. */
export interface FunctionsCore {
  readonly functions: ReadonlyMap<string, RegisteredFunction>;
  readonly appHookData: Record<string, unknown>;
  programmingModel(): ProgrammingModel | undefined;
  /** No function can be registered after this. */
  closeRegistration(): void;
  /** Runs the hooks of one name, one after the other; one that throws ends the row. */
  runHooks(name: Exclude<HookName, "log">, context: HookContext): Promise<void>;
  /** Passes a line through the log hooks, which may change its level and message. */
  applyLogHooks(line: { level: LogLevel; message: string; category: LogCategory; invocationContext?: unknown }): {
    level: LogLevel;
    message: string;
  };
  /** The module that the app gets for `require("@azure/functions-core")`. */
  readonly api: Readonly<Record<string, unknown>>;
}

/** Marks an error as the system's, as the library's own feature tests expect. */
function systemError<E extends Error>(error: E): E {
  return Object.assign(error, { isAzureFunctionsSystemError: true });
}

class Disposable {
  readonly #undo: () => void;
  constructor(undo: () => void) {
    this.#undo = undo;
  }
  static from(...disposables: { dispose(): unknown }[]): Disposable {
    return new Disposable(() => {
      for (const disposable of disposables) disposable.dispose();
    });
  }
  dispose(): void {
    this.#undo();
  }
}

/** A core for one app. `log` gets what the library itself has to say. */
export function createFunctionsCore(log: CoreLog): FunctionsCore {
  const functions = new Map<string, RegisteredFunction>();
  const hooks: Record<HookName, Set<HookCallback>> = {
    appStart: new Set(),
    appTerminate: new Set(),
    preInvocation: new Set(),
    postInvocation: new Set(),
    log: new Set(),
  };
  let model: ProgrammingModel | undefined;
  let locked = false;

  function registerFunction(metadata: FunctionMetadata, callback: FunctionCallback): Disposable {
    if (locked) throw systemError(new Error("A function can only be registered during app startup."));
    const id = metadata.functionId ?? metadata.name;
    if (functions.has(id)) throw systemError(new Error(`A function with id "${id}" has already been registered.`));
    functions.set(id, { ...metadata, callback });
    return new Disposable(() => {
      if (locked) throw systemError(new Error("A function can only be disposed during app startup."));
      functions.delete(id);
    });
  }

  function registerHook(name: HookName, callback: HookCallback): Disposable {
    if (!hookNames.includes(name)) throw systemError(new RangeError(`Unrecognized hook "${name}"`));
    hooks[name].add(callback);
    return new Disposable(() => hooks[name].delete(callback));
  }

  return {
    functions,
    appHookData: {},
    programmingModel: () => model,
    closeRegistration: () => {
      locked = true;
    },
    runHooks: async (name, context) => {
      for (const hook of hooks[name]) await hook(context);
    },
    applyLogHooks: (line) => {
      const context: HookContext = { hookData: {}, ...line };
      for (const hook of hooks.log) {
        try {
          hook(context);
        } catch {
          // A log hook that throws must not take the line, or the function, with it.
        }
      }
      return { level: context.level as LogLevel, message: String(context.message) };
    },
    api: {
      version: "3.14.1",
      hostVersion: "4.1052.200",
      registerFunction,
      registerHook,
      setProgrammingModel: (given: ProgrammingModel) => {
        model = given;
      },
      getProgrammingModel: () => model,
      log,
      Disposable,
    },
  };
}

let current: FunctionsCore | undefined;

/** From now on `require("@azure/functions-core")` gives this core, in CommonJS modules and bundles as in packages that ES modules import. */
export function installFunctionsCore(core: FunctionsCore): void {
  if (current === undefined) {
    Module.prototype.require = new Proxy(Module.prototype.require, {
      apply: (original, module, args: [string]) =>
        args[0] === "@azure/functions-core" ? current?.api : Reflect.apply(original, module, args),
    });
  }
  current = core;
}
