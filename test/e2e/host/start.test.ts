import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { type HostProcess, startHostProcess } from "../../support/host-process.ts";
import { until } from "../../support/until.ts";

const root = join(import.meta.dirname, "../../..");
let folder: string;
let host: HostProcess | undefined;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "host-start-"));
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"), "junction");
});
afterEach(async () => {
  await host?.stop();
  host = undefined;
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Writes an app with these files. @returns its folder. */
function writeApp(name: string, files: Readonly<Record<string, string>>): string {
  const app = join(folder, name);
  for (const [file, content] of Object.entries({ "host.json": '{"version":"2.0"}', ...files })) {
    mkdirSync(join(app, file, ".."), { recursive: true });
    writeFileSync(join(app, file), content);
  }
  return app;
}

const helloBody = 'process.env.WHO + " " + process.env.AZURE_FUNCTIONS_ENVIRONMENT';
const hello = (name: string) =>
  `require("@azure/functions").app.http(${JSON.stringify(name)}, { handler: () => ({ body: ${helloBody} }) });`;

async function functionNames(running: HostProcess): Promise<string[]> {
  const functions = (await (await fetch(`${running.url}/admin/functions`)).json()) as { name: string }[];
  return functions.map(({ name }) => name);
}

describe("the same app, as sources and as a bundle,", () => {
  const app = join(root, "test/data/apps/http");
  async function answers(entry?: string) {
    const running = await startHostProcess("http", entry === undefined ? {} : { entry });
    host = running;
    const paths = ["/items/search", "/numbers/x", "/nothing", "/throws", "/echo/a?x=1"];
    const bodies = await Promise.all(
      paths.map(async (path) => {
        const answer = await fetch(running.url + path);
        return [path, answer.status, (await answer.text()).replaceAll(/127\.0\.0\.1:\d+/g, "HOST")];
      }),
    );
    return { names: await functionNames(running), bodies };
  }
  let fromSources: Awaited<ReturnType<typeof answers>>;
  beforeAll(async () => {
    fromSources = await answers();
    await host?.stop();
  });

  test("has its source files in logged stacks if it has source maps", async () => {
    const outfile = join(folder, "mapped/main.cjs");
    const external = ["@azure/functions-core"];
    await build({
      entryPoints: [join(app, "main.ts")],
      bundle: true,
      minify: true,
      sourcemap: true,
      platform: "node",
      outfile,
      external,
    });
    const running = await startHostProcess("http", { entry: outfile });
    host = running;
    await fetch(`${running.url}/throws`);
    const failed = await until(
      () => running.lines.find((line) => line.includes("'Functions.throws' (Failed")),
      (line) => line !== undefined,
    );
    expect(failed).toMatch(/\n {4}at .*apps\/http\/main\.ts:\d+/);
  });

  test.each(["cjs", "esm"] as const)("has the same functions and responses as %s", async (format) => {
    const outfile = join(folder, `bundle/main.${format === "cjs" ? "cjs" : "mjs"}`);
    const stdin = { contents: 'import "./setup.ts"; import "./main.ts";', resolveDir: app };
    const banner =
      format === "esm"
        ? { js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);' }
        : {};
    await build({
      stdin,
      bundle: true,
      platform: "node",
      format,
      banner,
      outfile,
      external: ["@azure/functions-core"],
      logLevel: "error",
    });
    const fromBundle = await answers(outfile);
    expect(fromBundle.names).toHaveLength(25);
    expect(fromBundle).toEqual(fromSources);
  });
});

describe("an app", () => {
  test("of several CommonJS files is loaded by the pattern in main, ordered by depth", async () => {
    const files = {
      "package.json": '{"main":"src/{index.js,functions/*.js}"}',
      "src/functions/b.js": hello("b"),
      "src/functions/a.js": hello("a"),
      "src/index.js": hello("z"),
    };
    host = await startHostProcess(writeApp("pattern", files));
    expect(await functionNames(host)).toEqual(["z", "a", "b"]);
  });

  test("without main has no functions, which is logged", async () => {
    host = await startHostProcess(writeApp("no-main", { "package.json": "{}" }));
    expect(await functionNames(host)).toEqual([]);
    expect(host.lines.join("\n")).toContain("No job functions found.");
  });

  test("has the settings of local.settings.json unless the environment has them, and runs in Development", async () => {
    const settings = JSON.stringify({
      IsEncrypted: false,
      Values: { WHO: "file", AZURE_FUNCTIONS_ENVIRONMENT: "Production" },
    });
    const app = writeApp("settings", {
      "package.json": '{"main":"main.cjs"}',
      "main.cjs": hello("who"),
      "local.settings.json": settings,
    });
    const who = async (env: Record<string, string>, given: Record<string, string> = {}) => {
      host = await startHostProcess(app, { settings: given }, env);
      const text = await (await fetch(`${host.url}/api/who`)).text();
      await host.stop();
      return text;
    };
    expect(await who({})).toBe("file Development");
    expect(await who({ WHO: "environment" })).toBe("environment Development");
    expect(await who({ WHO: "environment" }, { WHO: "given" })).toBe("given Development");
  });

  test("runs only the functions in the list of host.json", async () => {
    const files = {
      "host.json": '{"version":"2.0","functions":["B"]}',
      "package.json": '{"main":"main.cjs"}',
      "main.cjs": hello("a") + hello("b"),
    };
    host = await startHostProcess(writeApp("listed", files));
    expect(await functionNames(host)).toEqual(["b"]);
  });
});

describe("a host does not start", () => {
  const withMain = (code: string) => ({ "package.json": '{"main":"main.cjs"}', "main.cjs": code });
  test.each<[string, Record<string, string>, RegExp]>([
    [
      "when main names no file",
      { "package.json": '{"main":"none/*.js"}' },
      /Worker was unable to load entry point "none\/\*\.js": Found zero files.*npm run build/,
    ],
    [
      "when what a file of the app needs is not there",
      withMain('require("./built.cjs");'),
      /main\.cjs": Cannot find module.*npm run build/s,
    ],
    [
      "when a file of the app throws",
      withMain('throw new Error("broken");'),
      /Worker was unable to load entry point ".*main\.cjs": broken/,
    ],
    [
      "when two functions have one name",
      withMain(hello("a") + hello("a")),
      /A function with id "a" has already been registered/,
    ],
    ["without a host.json", { ...withMain(hello("a")), "host.json": "" }, /host\.json cannot be read/],
    [
      "with a binding that it does not have",
      withMain(
        'require("@azure/functions").app.cosmosDB("feed", ' +
          '{ connection: "C", databaseName: "d", containerName: "c", handler: () => {} });',
      ),
      /- function feed: binding cosmosDBTrigger\w+ of type cosmosDBTrigger \(in\)/,
    ],
  ])("%s", async (name, files, reason) => {
    await expect(startHostProcess(writeApp(name.replaceAll(" ", "-"), files))).rejects.toThrow(reason);
  });

  test("on a port in use", async () => {
    const app = writeApp("taken", { "package.json": '{"main":"main.cjs"}', "main.cjs": hello("a") });
    host = await startHostProcess(app);
    await expect(startHostProcess(app, { port: Number(new URL(host.url).port) })).rejects.toThrow("EADDRINUSE");
  });
});
