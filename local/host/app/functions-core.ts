/**
 * Provides the module `@azure/functions-core`, which is not published as a package: like the real Node worker, adds it
 * to `require`.
 */
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

/** The functions, hooks and programming model that an app has registered. */
export interface FunctionsCore {
  readonly functions: ReadonlyMap<string, RegisteredFunction>;
  readonly appHookData: Record<string, unknown>;
  programmingModel(): ProgrammingModel | undefined;
  /** Rejects later registrations of functions. */
  closeRegistration(): void;
  /** Runs the hooks of one name in sequence. @throws the error of a hook, without running the next ones. */
  runHooks(name: Exclude<HookName, "log">, context: HookContext): Promise<void>;
  /** Runs the log hooks for a line; they may change its level and message. */
  applyLogHooks(line: { level: LogLevel; message: string; category: LogCategory; invocationContext?: unknown }): {
    level: LogLevel;
    message: string;
  };
  /** The module that `require("@azure/functions-core")` returns in the app. */
  readonly api: Readonly<Record<string, unknown>>;
}

/** Marks an error as a system error, as the tests of the library expect. */
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

/** Creates the core for one app; `log` receives the messages of the library. */
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
          // A failing log hook must not suppress the line or fail the function.
        }
      }
      return { level: context.level as LogLevel, message: String(context.message) };
    },
    api: {
      version: "3.14.1",
      hostVersion: "4.1052.200",
      registerFunction,
      registerHook,
      setProgrammingModel: (newModel: ProgrammingModel) => {
        model = newModel;
      },
      getProgrammingModel: () => model,
      log,
      Disposable,
    },
  };
}

/** Module-level, because the whole process shares `require`; replaced by each start of a host. */
let current: FunctionsCore | undefined;

/**
 * Makes `require("@azure/functions-core")` return this core, in CommonJS modules, in bundles and in packages that ES
 * modules import.
 */
export function installFunctionsCore(core: FunctionsCore): void {
  if (current === undefined) {
    Module.prototype.require = new Proxy(Module.prototype.require, {
      apply: (original, module, args: [string]) =>
        args[0] === "@azure/functions-core" ? current?.api : Reflect.apply(original, module, args),
    });
  }
  current = core;
}
