/**
 * How the app is bundled: CommonJS, as the Functions host loads it, and the supervisor of local jobs. The entry is small and
 * loads the storage SDKs from files of their own when a function first needs them: with all in one file the host would read
 * 1.7 MB before it knows the first function.
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
  // The Azure SDKs' ES modules tree-shake; they ask for their own place, which CommonJS has only by other names.
  mainFields: ["module", "main"],
  conditions: ["import", "module"],
  define: {
    "import.meta.url": "__bundleUrl",
    "import.meta.dirname": "__dirname",
    "import.meta.filename": "__filename",
  },
};
const banner = 'const __bundleUrl = require("node:url").pathToFileURL(__filename).href;';

/** Bundles the app into `directory`, which it empties: `main.cjs` and what it loads later, and `supervisor.cjs`. */
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
    // Its process would else stay as long as this one, which may be a service.
    await stop();
  }
}

/** esbuild splits ES modules only, so the parts are made as those, and each is then turned into CommonJS. */
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
