/**
 * Bundles the app as CommonJS, which the Functions host loads, and the supervisor of local jobs. The entry file is
 * small and loads the storage SDKs from files of their own when a function first needs them. In one file, the host
 * would read 1.7 MB before the first function is registered.
 */
import { mkdir, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { type BuildOptions, build, stop, transform } from "esbuild";

const root = join(import.meta.dirname, "..");

const shared: BuildOptions = {
  bundle: true,
  platform: "node",
  target: "node22",
  minify: true,
  legalComments: "none",
  logLevel: "warning",
  // Only the ES modules of the Azure SDKs can be tree-shaken. They use import.meta, which CommonJS does not have.
  mainFields: ["module", "main"],
  conditions: ["import", "module"],
  define: {
    "import.meta.url": "__bundleUrl",
    "import.meta.dirname": "__dirname",
    "import.meta.filename": "__filename",
  },
};
const banner = 'const __bundleUrl = require("node:url").pathToFileURL(__filename).href;';

/** Empties `directory` and bundles the app into it: `main.cjs`, the files that it loads later, and `supervisor.cjs`. */
export async function bundle(directory: string): Promise<void> {
  await rm(directory, { recursive: true, force: true });
  const supervisor = join(root, "shared/backends/local/process/supervisor.ts");
  try {
    await Promise.all([
      bundleApp(directory),
      build({
        ...shared,
        format: "cjs",
        sourcemap: true,
        entryPoints: [supervisor],
        outfile: join(directory, "supervisor.cjs"),
        banner: { js: banner },
      }),
    ]);
  } finally {
    // Stops the process of esbuild, which would otherwise run until this process exits.
    await stop();
  }
}

/** esbuild can split ES modules only, so each file of the bundle is converted to CommonJS afterwards. */
async function bundleApp(directory: string): Promise<void> {
  const { outputFiles = [] } = await build({
    ...shared,
    format: "esm",
    splitting: true,
    sourcemap: "inline",
    write: false,
    entryPoints: { main: join(root, "functions/main.ts") },
    outdir: directory,
    outExtension: { ".js": ".cjs" },
    external: ["@azure/functions-core"],
  });
  await mkdir(directory, { recursive: true });
  for (const { path, text } of outputFiles) {
    const { code, map } = await transform(text, {
      format: "cjs",
      platform: "node",
      target: "node22",
      minify: true,
      supported: { "dynamic-import": false },
      sourcefile: path,
      sourcemap: "external",
      banner,
    });
    const name = path.slice(dirname(path).length + 1);
    await writeFile(path, `${code}//# sourceMappingURL=${name}.map\n`);
    await writeFile(`${path}.map`, map);
  }
}
