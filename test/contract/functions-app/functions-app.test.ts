import { existsSync, readdirSync, readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { bundle } from "../../../scripts/bundle.ts";
import {
  callsOf,
  lastFunction,
  openFunctions,
  type Registered,
  registered,
  root,
} from "../../support/registered-functions.ts";

const read = (file: string) => JSON.parse(readFileSync(join(root, file), "utf8"));
const sample = read("local.settings.sample.json") as {
  readonly IsEncrypted: boolean;
  readonly Values: Readonly<Record<string, string>>;
};

let folder: string;
let sources: Registered;
let bundled: Registered;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "jobgate-bundle-"));
  await bundle(folder);
  [sources, bundled] = await Promise.all([registered("functions/main.ts"), registered(join(folder, "main.cjs"))]);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe("the app, as the Node worker loads it", () => {
  test("the bundle registers the same functions as the sources", () => {
    expect(bundled).toEqual(sources);
  });

  test("each file of functions/ is named after the function that it registers", () => {
    const files = readdirSync(join(root, "functions"), { recursive: true, encoding: "utf8" })
      .filter((file) => file.endsWith(".ts"))
      .map((file) => basename(file, ".ts"));
    expect(new Set([...sources.functions.map(({ name }) => name), "main"])).toEqual(new Set(files));
  });

  test.each([
    ["key", "function"],
    ["entra", "anonymous"],
    ["none", "anonymous"],
  ])("with JOBS_AUTH=%s the host requires the level %s, except for public functions", async (auth, level) => {
    const calls = callsOf(await registered("functions/main.ts", { JOBS_AUTH: auth }));
    const levels = new Map(calls.map(({ function: name, authLevel }) => [name, authLevel.toLowerCase()]));
    const open = [...levels].filter(([name]) => openFunctions.includes(name)).map(([, asked]) => asked);
    const others = [...levels].filter(([name]) => !openFunctions.includes(name)).map(([, asked]) => asked);
    expect([new Set(open), new Set(others)]).toEqual([new Set(["anonymous"]), new Set([level])]);
  });

  test("function names are valid for the host, and no two routes are the same", () => {
    for (const { name } of sources.functions) expect(name).toMatch(/^[a-z][a-z0-9_-]{0,127}$/i);
    const routes = triggers("httpTrigger").flatMap(({ route, methods }) =>
      (methods as string[]).map((method) => `${method} ${String(route).toLowerCase()}`),
    );
    expect(new Set(routes).size).toBe(routes.length);
    for (const route of routes) expect(route).not.toMatch(/ (admin|runtime)/);
  });

  test("every route with GET also has HEAD", () => {
    const calls = callsOf(sources);
    const routesOf = (wanted: string) =>
      new Set(calls.filter(({ method }) => method === wanted).map(({ route }) => route));
    expect(routesOf("HEAD")).toEqual(routesOf("GET"));
  });

  test("the function for unknown calls has the last name, so that the host tries it after all others", () => {
    const names = callsOf(sources).map((call) => call.function.toUpperCase());
    expect(names.toSorted((a, b) => (a < b ? -1 : 1)).at(-1)).toBe(lastFunction.toUpperCase());
  });

  test("all triggers are of kinds that the host's extension bundle has, and each queue has its poison queue", () => {
    const kinds = new Set(sources.functions.flatMap(({ bindings }) => Object.values(bindings).map(({ type }) => type)));
    expect(kinds).toEqual(new Set(["http", "httpTrigger", "queueTrigger", "timerTrigger"]));
    const queues = triggers("queueTrigger").map(({ queueName }) => String(queueName));
    for (const queue of queues.filter((name) => !name.endsWith("-poison"))) expect(queues).toContain(`${queue}-poison`);
  });

  test("settings that triggers refer to are in the sample", () => {
    const named = sources.functions.flatMap(({ bindings }) =>
      Object.values(bindings).flatMap(({ connection, ...options }) => [
        ...(typeof connection === "string" ? [connection] : []),
        ...Array.from(JSON.stringify(options).matchAll(/%(\w+)%/g), ([, setting = ""]) => setting),
      ]),
    );
    expect(named.length).toBeGreaterThan(0);
    for (const setting of named) expect(sample.Values).toHaveProperty(setting);
  });
});

describe("the files that the Functions host reads", () => {
  test("package.json names the bundle that the build creates", () => {
    const { main, scripts } = read("package.json") as {
      readonly main: string;
      readonly scripts: Readonly<Record<string, string>>;
    };
    expect(main).toBe("dist/main.cjs");
    expect(scripts.build).toContain("scripts/build.ts");
    expect(existsSync(join(folder, "main.cjs"))).toBe(true);
    expect(existsSync(join(folder, "supervisor.cjs"))).toBe(true);
  });

  test("the source map of the bundle leads to the sources of the triggers and of the code that they share", () => {
    const { sources } = JSON.parse(readFileSync(join(folder, "main.cjs.map"), "utf8")) as {
      sources: readonly string[];
    };
    for (const file of [
      "functions/http/jobs/submit-job.ts",
      "shared/service/jobs/submit-job.ts",
      "shared/core/errors.ts",
    ])
      expect(sources.some((source) => source.endsWith(file))).toBe(true);
  });

  test("host.json is of version 2, with routes as they are written and messages in base64", () => {
    const { version, extensions, extensionBundle } = read("host.json") as {
      readonly version: string;
      readonly extensions: {
        readonly http: { readonly routePrefix: string };
        readonly queues: { readonly messageEncoding: string; readonly maxDequeueCount: number };
      };
      readonly extensionBundle: { readonly id: string };
    };
    expect(version).toBe("2.0");
    expect(extensions).toMatchObject({
      http: { routePrefix: "" },
      queues: { messageEncoding: "base64", maxDequeueCount: 5 },
    });
    expect(extensionBundle.id).toBe("Microsoft.Azure.Functions.ExtensionBundle");
  });

  test("local.settings.sample.json is not encrypted, names the worker and the storage, and holds texts", () => {
    // Without `IsEncrypted: false` Core Tools tries to decrypt the values.
    expect(sample.IsEncrypted).toBe(false);
    expect(sample.Values).toMatchObject({
      FUNCTIONS_WORKER_RUNTIME: "node",
      AzureWebJobsStorage: "UseDevelopmentStorage=true",
    });
    for (const [name, value] of Object.entries(sample.Values)) expect([name, typeof value]).toEqual([name, "string"]);
  });
});

function triggers(type: string) {
  return sources.functions.flatMap(({ bindings }) =>
    Object.values(bindings).filter((binding) => binding.type === type),
  );
}
