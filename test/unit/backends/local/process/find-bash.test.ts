import { chmod, mkdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { findBash } from "../../../../../shared/backends/local/process/launch.ts";
import { temporaryFolder } from "../../../../contract/backends/local-jobs.ts";

const path = process.env.PATH ?? "";
const isRoot = process.getuid?.() === 0;

// As an ordinary user, whom a folder's mode binds.
beforeEach(() => {
  if (isRoot) process.seteuid?.(65_534);
});
afterEach(() => {
  if (isRoot) process.seteuid?.(0);
  process.env.PATH = path;
});

/** A folder of the test's own, made by the user who runs it. */
async function folderOf(fill: (folder: string) => Promise<void>): Promise<string> {
  if (isRoot) process.seteuid?.(0);
  const folder = join(await temporaryFolder(), "bin");
  await mkdir(folder);
  await chmod(join(folder, ".."), 0o755);
  await fill(folder);
  if (isRoot) process.seteuid?.(65_534);
  return folder;
}

test.each([
  ["a folder that may not be searched", (folder: string) => chmod(folder, 0o000)],
  [
    "a folder with a bash that may not be run",
    (folder: string) => writeFile(join(folder, "bash"), "", { mode: 0o644 }),
  ],
  ["a folder with a folder of that name", (folder: string) => mkdir(join(folder, "bash"))],
  ["a folder with a link that leads to itself", (folder: string) => symlink("bash", join(folder, "bash"))],
])("%s in PATH is passed over", async (_what, fill) => {
  process.env.PATH = path;
  const bash = await findBash();
  expect(bash).toMatch(/^\/\S*bash$/);
  process.env.PATH = `${await folderOf(fill)}:${path}`;
  expect(await findBash()).toBe(bash);
});

test("a file in PATH, a name that is too long and an empty one are passed over", async () => {
  const bash = await findBash();
  process.env.PATH = `${import.meta.filename}:${"x".repeat(5_000)}:/${"y".repeat(300)}::${path}`;
  expect(await findBash()).toBe(bash);
});
