import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";
import { bundle } from "../scripts/bundle.ts";
import { type Figure, median } from "./figures.ts";

const rounds = 15;
const root = join(import.meta.dirname, "..");

/** A program that loads an app as the Functions worker does, and exits when the functions are registered. */
const loader = `
const Module = require("node:module");
const load = Module.prototype.require;
class Disposable { dispose() {} }
let functions = 0;
const core = {
  version: "4.0.0", hostVersion: "4.0.0", Disposable,
  registerFunction() { functions += 1; return new Disposable(); },
  registerHook: () => new Disposable(),
  setProgrammingModel() {}, getProgrammingModel() {}, log() {},
};
Module.prototype.require = function (id) {
  return id === "@azure/functions-core" ? core : load.apply(this, arguments);
};
require(process.argv[2]);
process.exit(functions > 0 ? 0 : 1);
`;
const oneFunction = `import { app } from "@azure/functions";
app.http("hello", { methods: ["GET"], authLevel: "anonymous", handler: async () => ({ body: "hello" }) });
`;
const settings = {
  AZURE_FUNCTIONS_ENVIRONMENT: "Development",
  AzureWebJobsStorage: "UseDevelopmentStorage=true",
  JOBS_AUTH: "none",
  JOBS_POLL_SCHEDULE: "*/2 * * * * *",
  JOBS_HEAL_SCHEDULE: "0 * * * * *",
  JOBS_INBOX_SCHEDULE: "0 */5 * * * *",
};

/**
 * Time from process start until all functions are registered, compared with a bundled app of one function. Their runs
 * alternate.
 */
export async function benchStart(): Promise<readonly Figure[]> {
  const folder = await mkdtemp(join(tmpdir(), "jobgate-bench-"));
  try {
    const [program, floorApp] = [join(folder, "loader.cjs"), join(folder, "floor.cjs")];
    await writeFile(program, loader);
    await bundle(join(folder, "app"));
    await build({
      stdin: { contents: oneFunction, resolveDir: root },
      bundle: true,
      minify: true,
      platform: "node",
      target: "node22",
      format: "cjs",
      external: ["@azure/functions-core"],
      outfile: floorApp,
    });
    const times: Record<"app" | "floor", number[]> = { app: [], floor: [] };
    for (let round = -1; round < rounds; round++) {
      const app = await run(program, join(folder, "app", "main.cjs"));
      const floor = await run(program, floorApp);
      // The first round also reads from the disk.
      if (round < 0) continue;
      times.app.push(app);
      times.floor.push(floor);
    }
    const floor = { what: "an app of one function", value: median(times.floor) };
    return [
      {
        bench: "start",
        what: "process start to all functions registered, p50",
        value: median(times.app),
        unit: "ms",
        floor,
        limit: 1.5,
      },
    ];
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function run(program: string, app: string): Promise<number> {
  const started = performance.now();
  const child = spawn(process.execPath, [program, app], { env: { ...process.env, ...settings }, stdio: "inherit" });
  const [code] = await once(child, "exit");
  if (code !== 0) throw new Error(`${app} exited with code ${code} before it registered a function.`);
  return performance.now() - started;
}
