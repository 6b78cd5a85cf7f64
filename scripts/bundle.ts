/** How the app is bundled: one CommonJS file, as the Functions host loads it, and the supervisor of local jobs. */
import { join } from "node:path";
import { type BuildOptions, build } from "esbuild";

const root = join(import.meta.dirname, "..");

const shared: BuildOptions = {
  bundle: true,
  platform: "node",
  target: "node22",
  format: "cjs",
  minify: true,
  sourcemap: true,
  legalComments: "none",
  logLevel: "warning",
  // The Azure SDKs' ES modules tree-shake; they ask for their own URL, which CommonJS has only by another name.
  mainFields: ["module", "main"],
  conditions: ["import", "module"],
  define: { "import.meta.url": "__bundleUrl" },
  banner: { js: 'const __bundleUrl = require("node:url").pathToFileURL(__filename).href;' },
};

/** Bundles the app into `directory`. */
export async function bundle(directory: string): Promise<void> {
  await build({ ...shared, entryPoints: [join(root, "functions/main.ts")], outfile: `${directory}/main.cjs`, external: ["@azure/functions-core"] });
  await build({ ...shared, entryPoints: [join(root, "shared/backends/local/supervisor.ts")], outfile: `${directory}/supervisor.cjs` });
}
