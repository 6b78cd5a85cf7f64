/**
 * Bundles the app as CommonJS, which the Functions host loads, and the supervisor of local jobs. `main.cjs`
 * contains the code of the start; the storage SDKs are in other files, which are loaded when a function first needs
 * them. In one file, the host would read 1.7 MB before the first function is registered.
 */
import { mkdir, rm, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { type BuildOptions, build, type Metafile, type Plugin, stop, transform } from "esbuild";

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
  const { outputFiles, metafile } = await build({
    ...shared,
    format: "esm",
    splitting: true,
    sourcemap: "inline",
    write: false,
    metafile: true,
    entryPoints: { main: join(root, "functions/main.ts") },
    outdir: directory,
    outExtension: { ".js": ".cjs" },
    external: ["@azure/functions-core"],
  });
  const files = new Map(outputFiles.map(({ path, text }) => [basename(path), text]));
  const startFiles = filesOfStart(metafile);
  await mkdir(directory, { recursive: true });
  for (const [name, text] of files) {
    const index = startFiles.indexOf(name);
    if (name === "main.cjs") await writeMain(directory, files, startFiles);
    else if (index < 0) await writeChunk(directory, name, text);
    else await writeFile(join(directory, name), `module.exports = require("./main.cjs").chunk${index};\n`);
  }
}

/** The chunks that main.cjs imports, directly or not. */
function filesOfStart({ outputs }: Metafile): readonly string[] {
  const byName = new Map(Object.entries(outputs).map(([path, output]) => [basename(path), output]));
  const found = new Set(["main.cjs"]);
  for (const name of found) {
    for (const { path, kind } of byName.get(name)?.imports ?? []) {
      if (kind === "import-statement" && byName.has(basename(path))) found.add(basename(path));
    }
  }
  return [...found].slice(1);
}

/**
 * Writes main.cjs with the chunks of the start in it, because a file of its own for each of them slows down the start.
 * It exports them for the files that are loaded later.
 */
async function writeMain(
  directory: string,
  files: ReadonlyMap<string, string>,
  startFiles: readonly string[],
): Promise<void> {
  const exports = startFiles.map((name, index) => `export * as chunk${index} from "./${name}";\n`).join("");
  const startChunks: Plugin = {
    name: "start-chunks",
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /^\.\/[\w.-]+\.cjs$/ }, ({ path }) =>
        path === "./main.cjs" || startFiles.includes(basename(path))
          ? { path: path.replace(/\.cjs$/, ".mjs"), namespace: "chunk" }
          : { path, external: true },
      );
      // Named .mjs, because esbuild wraps the content of a file that is named .cjs.
      onLoad({ filter: /.*/, namespace: "chunk" }, ({ path }) => ({
        contents: files.get(basename(path, ".mjs").concat(".cjs")) ?? "",
        loader: "js",
      }));
    },
  };
  await build({
    ...shared,
    format: "cjs",
    sourcemap: true,
    stdin: { contents: `import "./main.cjs";\n${exports}`, sourcefile: "start.js", loader: "js" },
    outfile: join(directory, "main.cjs"),
    supported: { "dynamic-import": false },
    banner: { js: banner },
    external: ["@azure/functions-core"],
    plugins: [startChunks],
  });
}

async function writeChunk(directory: string, name: string, text: string): Promise<void> {
  const { code, map } = await transform(text, {
    format: "cjs",
    platform: "node",
    target: "node22",
    minify: true,
    supported: { "dynamic-import": false },
    sourcefile: name,
    sourcemap: "external",
    banner,
  });
  await writeFile(join(directory, name), `${code}//# sourceMappingURL=${name}.map\n`);
  await writeFile(join(directory, `${name}.map`), map);
}
