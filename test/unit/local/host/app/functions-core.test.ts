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
  test("stores functions by id, or else by name", () => {
    const { core, api } = setUp();
    api.registerFunction(metadata, nothing);
    api.registerFunction({ ...metadata, functionId: "the-id" }, nothing);
    expect([...core.functions.keys()]).toEqual(["hello", "the-id"]);
  });

  test("rejects a duplicate id", () => {
    const { api } = setUp();
    api.registerFunction(metadata, nothing);
    expect(() => api.registerFunction(metadata, nothing)).toThrow(
      'A function with id "hello" has already been registered.',
    );
  });

  test("is rejected after the start of the app", () => {
    const { core, api } = setUp();
    const registered = api.registerFunction(metadata, nothing);
    core.closeRegistration();
    expect(() => api.registerFunction({ ...metadata, name: "late" }, nothing)).toThrow(
      "A function can only be registered during app startup",
    );
    expect(() => registered.dispose()).toThrow("A function can only be disposed during app startup");
  });

  test("can be undone before that", () => {
    const { core, api } = setUp();
    api.registerFunction(metadata, nothing).dispose();
    expect(core.functions.size).toBe(0);
  });
});

describe("hooks", () => {
  test("run in order until one throws", async () => {
    const { core, api } = setUp();
    const ran: string[] = [];
    api.registerHook("preInvocation", () => void ran.push("first"));
    api.registerHook("preInvocation", () => Promise.reject(new Error("no")));
    api.registerHook("preInvocation", () => void ran.push("never"));
    await expect(core.runHooks("preInvocation", {})).rejects.toThrow("no");
    expect(ran).toEqual(["first"]);
  });

  test("do not run after they are disposed", async () => {
    const { core, api } = setUp();
    const ran: string[] = [];
    const { Disposable } = api;
    Disposable.from(api.registerHook("appStart", () => void ran.push("x"))).dispose();
    await core.runHooks("appStart", {});
    expect(ran).toEqual([]);
  });

  test("with an unknown name cause an error that is marked as a system error", () => {
    const { api } = setUp();
    expect(() => api.registerHook("later" as HookName, nothing)).toThrow(
      expect.objectContaining({ name: "RangeError", isAzureFunctionsSystemError: true }),
    );
  });

  test("for log lines can change level and message, and may fail", () => {
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

test("stores the programming model and logs the messages of the library", () => {
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

test("rejects an app with unsupported bindings and lists them", () => {
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
      "The local host does not support these bindings of the app:",
      "- function feed: binding cosmosDBTrigger0 of type cosmosDBTrigger (in)",
      "- function feed: binding sql1 of type sql (out)",
      "- function blobs: binding blob1 of type blob (in)",
    ].join("\n"),
  );
});

describe("selected functions", () => {
  test("are only those in the list of host.json, if there is one", () => {
    const all = [fn("One"), fn("two"), fn("three")];
    expect([...selectFunctions(all, ["one", "three"], () => {}).keys()]).toEqual(["One", "three"]);
    expect([...selectFunctions(all, undefined, () => {}).keys()]).toEqual(["One", "two", "three"]);
  });

  test.each(["host", "1st", "a b", "x".repeat(129), ""])("do not include a function with the name %j", (name) => {
    const refused: string[] = [];
    expect(selectFunctions([fn(name)], undefined, (refusedName) => refused.push(refusedName)).size).toBe(0);
    expect(refused).toEqual([name]);
  });
});
