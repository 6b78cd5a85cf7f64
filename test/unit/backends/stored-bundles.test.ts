/** What both backends make of a zip that is stored. */
import { readFileSync } from "node:fs";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { describe, expect, test } from "vitest";
import { bundleData, codeAssetFiles } from "../../../shared/backends/azureml/assets/bundle-files.ts";
import { withBundle } from "../../../shared/backends/azureml/assets/with-bundle.ts";
import { codeHash, type HashedFile } from "../../../shared/backends/azureml/rest/asset-ids/asset-hashes.ts";
import type { JobFolder } from "../../../shared/backends/local/folder/job-folder.ts";
import { unpackBundle } from "../../../shared/backends/local/inputs/unpack-bundle.ts";
import type { BundleStore } from "../../../shared/core/ports/storage-ports.ts";
import { sha256 } from "../../../shared/core/text/digest.ts";
import { temporaryFolder } from "../../contract/backends/local-jobs.ts";
import { createMemoryBundles } from "../../support/memory/bundles.ts";
import { buildZip, type ZipEntry } from "../../support/zip.ts";

async function store(zip: Uint8Array): Promise<{ readonly bundles: BundleStore; readonly hash: string }> {
  const bundles = createMemoryBundles();
  const file = join(await temporaryFolder(), "bundle.zip");
  await writeFile(file, zip);
  await bundles.put(sha256(zip), file);
  return { bundles, hash: sha256(zip) };
}

/** A job's folder with what it needs of its bundle, and nothing else. */
async function jobFolder(hash: string, code: string, inputs: readonly object[] = []): Promise<JobFolder> {
  const [path, runPath] = await Promise.all([temporaryFolder(), temporaryFolder()]);
  return { path, runPath, spec: { bundle: { sha256: hash, code, inputs } } } as unknown as JobFolder;
}

async function filesIn(folder: string): Promise<readonly HashedFile[]> {
  const found = (await readdir(folder, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile());
  return Promise.all(
    found.map(async ({ parentPath, name }) => {
      const content = await readFile(join(parentPath, name));
      return { path: relative(folder, join(parentPath, name)), size: content.length, content: () => [content] };
    }),
  );
}

const signal = new AbortController().signal;
const link = (name: string, content: string): ZipEntry => ({ name, content, mode: 0o120777 });
const entries: readonly ZipEntry[] = [
  { name: "src/.amlignore", content: "*.pyc\nlib/private\nvenv/\n" },
  { name: "src/main.py", content: "main", mode: 0o100755 },
  { name: "lib/u.py", content: "u" },
  { name: "lib/u.pyc", content: "c" },
  { name: "lib/private/key", content: "k" },
  { name: "README.md", content: "read me" },
  link("src/lib", "../lib"),
  link("src/README.md", "../README.md"),
  link("src/gone", "none"),
  link("src/venv", "/opt/venv"),
  link("code", "src"),
];

describe("code with symbolic links", () => {
  test.each(["src", "code", "src/README.md", "src/lib", "."])(
    "in %s has the same files and hash on this machine and on Azure ML",
    async (code) => {
      const { bundles, hash } = await store(
        buildZip(entries.filter(({ name }) => code !== "." || name !== "src/venv")),
      );
      const place = code === "." ? "" : code;
      const folder = await jobFolder(hash, place);
      await unpackBundle(bundles, folder, signal);
      const unpacked = await filesIn(join(folder.runPath, "work"));
      const [paths, own] = await withBundle(
        bundles,
        hash,
        async (bundle) => {
          const files = await codeAssetFiles(bundle, { path: code, includes: [] }, "");
          return [files.map(({ path }) => path).toSorted(), await codeHash(files)];
        },
        {},
      );
      expect(paths).toEqual(unpacked.map(({ path }) => path).toSorted());
      expect(own).toBe(await codeHash(unpacked));
      if (code === "src" || code === "code") expect(paths).toEqual([".amlignore", "README.md", "lib/u.py", "main.py"]);
    },
  );

  test("as data has the same files on this machine and on Azure ML", async () => {
    const { bundles, hash } = await store(
      buildZip(
        [...entries.slice(1), { name: "data/a", content: "a" }, link("data/lib", "../lib")].filter(
          ({ name }) => name !== "src/venv",
        ),
      ),
    );
    const folder = await jobFolder(hash, "src", [{ input: "d", path: "data" }]);
    await unpackBundle(bundles, folder, signal);
    const paths = await withBundle(
      bundles,
      hash,
      async (bundle) => (await bundleData(bundle, "data", "")).files.map(({ path }) => path).toSorted(),
      {},
    );
    expect(paths).toEqual((await filesIn(join(folder.runPath, "inputs/d"))).map(({ path }) => path).toSorted());
    expect(paths).toEqual(["a", "lib/private/key", "lib/u.py", "lib/u.pyc"]);
  });
});

describe("a stored zip that cannot be read", () => {
  const far = ["far-away.zip", "far-header.zip"].map((name): [string, Uint8Array] => [
    name,
    readFileSync(new URL(`../../data/zips/${name}`, import.meta.url)),
  ]);
  const damaged = buildZip([{ name: "src/main.py", content: "x".repeat(100) }]);
  damaged.fill(0xff, 43, 46);

  test.each<[string, Uint8Array]>([
    ...far,
    ["a damaged file", damaged],
    ["a link that leads out", buildZip([{ name: "src/main.py" }, link("src/passwd", "/etc/passwd")])],
  ])("(%s) ends its job on both backends, for no retry can mend it", async (_what, zip) => {
    const { bundles, hash } = await store(zip);
    await expect(unpackBundle(bundles, await jobFolder(hash, "src"), signal)).rejects.toMatchObject({
      name: "UnpackError",
      code: "bundle_not_found",
    });
    const read = withBundle(
      bundles,
      hash,
      async (bundle) => codeHash(await codeAssetFiles(bundle, { path: "src", includes: [] }, "")),
      {},
    );
    await expect(read).rejects.toMatchObject({ name: "BackendRefusal", code: "bundle_not_found" });
  });
});
