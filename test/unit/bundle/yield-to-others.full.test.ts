import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { codeAssetFiles } from "../../../shared/backends/azureml/assets/bundle-files.ts";
import { checkContents } from "../../../shared/bundle/check-contents.ts";
import { openBundle } from "../../../shared/bundle/open-bundle.ts";
import { isServiceError } from "../../../shared/core/errors.ts";
import { loadJob } from "../../../shared/core/job/load-job.ts";
import { buildZip, type ZipEntry } from "../../support/zip.ts";

const job = (code = "src"): ZipEntry => ({
  name: "job.yml",
  content: `{command: ls, code: ${code}, environment: "azureml:e:1"}`,
});
const files = (count: number, name: (index: number) => string, content = "x".repeat(50)): ZipEntry[] =>
  Array.from({ length: count }, (_, index) => ({ name: name(index), content }));
const link = (name: string, content: string): ZipEntry => ({ name, content, mode: 0o120777 });
const patterns = (count: number, one: (index: number) => string) => ({
  name: "src/.amlignore",
  content: Array.from({ length: count }, (_, index) => one(index)).join("\n"),
});

/** Measures the longest processor time of this thread between two turns of the event loop. */
function watchTurns(): { longestMs(): number } {
  let longest = 0;
  let before = process.threadCpuUsage();
  let next = setImmediate(look);
  function look() {
    const { user, system } = process.threadCpuUsage(before);
    longest = Math.max(longest, (user + system) / 1000);
    before = process.threadCpuUsage();
    next = setImmediate(look);
  }
  return {
    longestMs() {
      clearImmediate(next);
      return longest;
    },
  };
}

test.each<[string, ZipEntry[]]>([
  ["small files", [job(), ...files(9990, (index) => `src/${index}.py`, "print(1)\n".repeat(700))]],
  ["long paths", [job(), ...files(4000, (index) => `src/${"folder/".repeat(90)}${index}`)]],
  [
    "patterns within the budget",
    [
      job(),
      patterns(450, (index) => `*a*${index}*b`),
      ...files(9900, (index) => `src/package_${index % 100}/module/file_${index}_with_a_name.py`),
    ],
  ],
  [
    "patterns over the budget",
    [job(), patterns(990, () => `${"*a".repeat(30)}b`), ...files(9900, (index) => `src/f${"a".repeat(190)}${index}`)],
  ],
  [
    "links to links",
    [
      job(),
      ...files(5000, (index) => `lib/${index}`),
      ...Array.from({ length: 4900 }, (_, index) => link(`src/l${index}`, index === 0 ? "../lib/1" : `l${index - 1}`)),
    ],
  ],
  [
    "many links to folders",
    [
      job(),
      ...files(100, (index) => `lib/${index}`),
      ...Array.from({ length: 290 }, (_, index) => link(`src/l${index}`, "../lib")),
    ],
  ],
])("a zip of %s does not block other requests for more than 300 ms", async (_what, entries) => {
  const folder = await mkdtemp(join(tmpdir(), "jobgate-zip-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const file = join(folder, "bundle.zip");
  await writeFile(file, buildZip(entries));
  const turns = watchTurns();
  try {
    const bundle = await openBundle(file);
    onTestFinished(() => bundle.close());
    await checkContents(bundle);
    loadJob(bundle.read("job.yml") ?? "", { files: bundle });
    await codeAssetFiles(bundle, { path: "src", includes: [] }, "");
  } catch (error) {
    if (!isServiceError(error, "invalid_bundle")) throw error;
  }
  expect(turns.longestMs()).toBeLessThan(300);
});
