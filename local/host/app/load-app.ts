import { globSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { extname, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { type AppServers, guardServers } from "../http/streaming/library-server.ts";
import { type CoreLog, createFunctionsCore, type FunctionsCore, installFunctionsCore } from "./functions-core.ts";

/** A loaded app, with the HTTP server of the library if it streams (`app.setup({ enableHttpStream: true })`). */
export interface LoadedApp extends AppServers {
  readonly core: FunctionsCore;
}

/** A process loads an ES module only once, so a second load would register no functions. */
const loadedModules = new Set<string>();

/** Capabilities of the real host, which the library reads. */
const capabilities = [
  "RawHttpBodyBytes",
  "RpcHttpTriggerMetadataRemoved",
  "RpcHttpBodyOnly",
  "IgnoreEmptyValuedRpcHttpHeaders",
  "UseNullableValueDictionaryForHttp",
  "WorkerStatus",
  "TypedDataCollection",
  "HandlesWorkerTerminateMessage",
];

const buildFirst = "Build the app first: npm ci && npm run build.";

/**
 * Loads an app as the real Node worker does: `entry`, or the files of `main` in its package.json.
 * @throws if a file is missing or throws, or is an ES module that this process has already loaded.
 */
export async function loadApp(directory: string, entry: string | undefined, log: CoreLog): Promise<LoadedApp> {
  const core = createFunctionsCore(log);
  installFunctionsCore(core);
  for (const file of entryFiles(directory, entry)) {
    try {
      await load(file, directory);
    } catch (error) {
      const hint = (error as NodeJS.ErrnoException).code === "MODULE_NOT_FOUND" ? ` ${buildFirst}` : "";
      throw new Error(`Worker was unable to load entry point "${file}": ${(error as Error).message}${hint}`, {
        cause: error,
      });
    }
  }
  core.closeRegistration();
  const defaults = Object.fromEntries(capabilities.map((name) => [name, "true"]));
  return { core, ...(await guardServers(async () => core.programmingModel()?.getCapabilities?.(defaults))) };
}

function entryFiles(directory: string, entry: string | undefined): readonly string[] {
  if (entry !== undefined) return [resolve(directory, entry)];
  const main = packageOf(directory).main;
  if (main === undefined) return [];
  // The order of the real worker: by depth, then by name.
  const depth = (file: string) => file.split(/[\\/]/).length;
  const files = globSync(main, { cwd: directory }).sort((a, b) => depth(a) - depth(b) || (a < b ? -1 : 1));
  if (files.length === 0)
    throw new Error(
      `Worker was unable to load entry point "${main}": Found zero files matching the supplied pattern. ${buildFirst}`,
    );
  return files.map((file) => join(directory, file));
}

function packageOf(directory: string): { main?: string; type?: string } {
  try {
    return JSON.parse(readFileSync(join(directory, "package.json"), "utf8"));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return {};
    throw error;
  }
}

async function load(file: string, directory: string): Promise<void> {
  const extension = extname(file);
  if (extension === ".cjs" || (extension === ".js" && packageOf(directory).type !== "module")) {
    const require = createRequire(file);
    // Removed from the cache, so that a second start in one process registers the functions again.
    delete require.cache[require.resolve(file)];
    require(file);
    return;
  }
  if (loadedModules.has(file))
    throw new Error("This process has already loaded it, and an ES module registers its functions only once.");
  loadedModules.add(file);
  await import(pathToFileURL(file).href);
}
