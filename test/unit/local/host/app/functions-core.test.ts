import { describe, expect, test } from "vitest";
import { assertBindingsSupported } from "../../../../../local/host/app/bindings.ts";
import type {
  FunctionMetadata,
  HookCallback,
  HookName,
  LogLevel,
  RegisteredFunction,
} from "../../../../../local/host/app/core-types.ts";
import { createFunctionsCore } from "../../../../../local/host/app/functions-core.ts";
import { selectFunctions } from "../../../../../local/host/app/select-functions.ts";

interface Api {
  registerFunction(metadata: FunctionMetadata, callback: () => unknown): { dispose(): void };
  registerHook(name: string, callback: HookCallback): { dispose(): void };
  setProgrammingModel(model: unknown): void;
  getProgrammingModel(): unknown;
  log(level: LogLevel, category: string, message: string): void;
  Disposable: {
    new (undo: () => void): { dispose(): void };
    from(...disposables: { dispose(): void }[]): { dispose(): void };
  };
}

function setUp() {
  const lines: string[] = [];
  const core = createFunctionsCore((level, category, message) => lines.push(`${level} ${category} ${message}`));
  return { core, api: core.api as unknown as Api, lines };
}

const metadata: FunctionMetadata = {
  name: "hello",
  bindings: { timerTrigger: { type: "timerTrigger", direction: "in" } },
};
const nothing = () => undefined;

describe("registration", () => {
  test("keeps functions by id, else by name", () => {
    const { core, api } = setUp();
    api.registerFunction(metadata, nothing);
    api.registerFunction({ ...metadata, functionId: "the-id" }, nothing);
    expect([...core.functions.keys()]).toEqual(["hello", "the-id"]);
  });

  test("refuses an id twice", () => {
    const { api } = setUp();
    api.registerFunction(metadata, nothing);
    expect(() => api.registerFunction(metadata, nothing)).toThrow(
      'A function with id "hello" has already been registered.',
    );
  });

  test("ends when the app has started", () => {
    const { core, api } = setUp();
    const registered = api.registerFunction(metadata, nothing);
    core.closeRegistration();
    expect(() => api.registerFunction({ ...metadata, name: "late" }, nothing)).toThrow(
      "A function can only be registered during app startup",
    );
    expect(() => registered.dispose()).toThrow("A function can only be disposed during app startup");
  });

  test("can be undone before", () => {
    const { core, api } = setUp();
    api.registerFunction(metadata, nothing).dispose();
    expect(core.functions.size).toBe(0);
  });
});

describe("hooks", () => {
  test("run in order, and one that throws ends the row", async () => {
    const { core, api } = setUp();
    const ran: string[] = [];
    api.registerHook("preInvocation", () => void ran.push("first"));
    api.registerHook("preInvocation", () => Promise.reject(new Error("no")));
    api.registerHook("preInvocation", () => void ran.push("never"));
    await expect(core.runHooks("preInvocation", {})).rejects.toThrow("no");
    expect(ran).toEqual(["first"]);
  });

  test("no longer run when they are disposed", async () => {
    const { core, api } = setUp();
    const ran: string[] = [];
    const { Disposable } = api;
    Disposable.from(api.registerHook("appStart", () => void ran.push("x"))).dispose();
    await core.runHooks("appStart", {});
    expect(ran).toEqual([]);
  });

  test("of an unknown name are an error that the library can tell", () => {
    const { api } = setUp();
    expect(() => api.registerHook("later" as HookName, nothing)).toThrow(
      expect.objectContaining({ name: "RangeError", isAzureFunctionsSystemError: true }),
    );
  });

  test("for log lines change level and message, and their own failure is nobody else's", () => {
    const { core, api } = setUp();
    api.registerHook("log", (context) => {
      context.level = "error";
      context.message = `${context.category}: ${context.message}`;
    });
    api.registerHook("log", () => {
      throw new Error("no");
    });
    expect(core.applyLogHooks({ level: "information", category: "user", message: "text" })).toEqual({
      level: "error",
      message: "user: text",
    });
  });
});

test("the programming model is kept, and the library's own lines are logged", () => {
  const { core, api, lines } = setUp();
  const model = { name: "@azure/functions" };
  expect(core.programmingModel()).toBeUndefined();
  api.setProgrammingModel(model);
  api.log("debug", "system", "text");
  expect(api.getProgrammingModel()).toBe(model);
  expect(core.programmingModel()).toBe(model);
  expect(lines).toEqual(["debug system text"]);
});

const fn = (name: string, ...bindings: [string, "in" | "out"][]): RegisteredFunction => ({
  name,
  bindings: Object.fromEntries(bindings.map(([type, direction], index) => [`${type}${index}`, { type, direction }])),
  callback: nothing,
});

test("an app with a binding that the host lacks is refused, naming function and binding", () => {
  const good = fn("good", ["httpTrigger", "in"], ["http", "out"], ["queue", "out"]);
  expect(() =>
    assertBindingsSupported([good, fn("a", ["queueTrigger", "in"]), fn("b", ["timerTrigger", "in"])]),
  ).not.toThrow();
  expect(() =>
    assertBindingsSupported([
      good,
      fn("feed", ["cosmosDBTrigger", "in"], ["sql", "out"]),
      fn("blobs", ["queueTrigger", "in"], ["blob", "in"]),
    ]),
  ).toThrow(
    [
      "The local host does not have every binding that the app uses:",
      "- function feed: binding cosmosDBTrigger0 of type cosmosDBTrigger (in)",
      "- function feed: binding sql1 of type sql (out)",
      "- function blobs: binding blob1 of type blob (in)",
    ].join("\n"),
  );
});

describe("the functions of an app", () => {
  test("are only those that host.json lists, where it does", () => {
    const all = [fn("One"), fn("two"), fn("three")];
    expect([...selectFunctions(all, ["one", "three"], () => {}).keys()]).toEqual(["One", "three"]);
    expect([...selectFunctions(all, undefined, () => {}).keys()]).toEqual(["One", "two", "three"]);
  });

  test.each(["host", "1st", "a b", "x".repeat(129), ""])("leave out a function named %j", (name) => {
    const refused: string[] = [];
    expect(selectFunctions([fn(name)], undefined, (refusedName) => refused.push(refusedName)).size).toBe(0);
    expect(refused).toEqual([name]);
  });
});
