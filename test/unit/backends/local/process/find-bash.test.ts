import { chmod, mkdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { findBash } from "../../../../../shared/backends/local/process/find-bash.ts";
import { temporaryFolder } from "../../../../contract/backends/local-jobs.ts";

const path = process.env.PATH ?? "";
const isRoot = process.getuid?.() === 0;

// As an ordinary user: permissions do not apply to root.
beforeEach(() => {
  if (isRoot) process.seteuid?.(65_534);
});
afterEach(() => {
  if (isRoot) process.seteuid?.(0);
  process.env.PATH = path;
});

/** A temporary folder that belongs to the user who runs the test. */
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
  ["a folder without search permission", (folder: string) => chmod(folder, 0o000)],
  [
    "a folder with a bash that is not executable",
    (folder: string) => writeFile(join(folder, "bash"), "", { mode: 0o644 }),
  ],
  ["a folder with a folder named bash", (folder: string) => mkdir(join(folder, "bash"))],
  ["a folder with a link to itself named bash", (folder: string) => symlink("bash", join(folder, "bash"))],
])("skips %s in PATH", async (_case, fill) => {
  process.env.PATH = path;
  const bash = await findBash();
  expect(bash).toMatch(/^\/\S*bash$/);
  process.env.PATH = `${await folderOf(fill)}:${path}`;
  expect(await findBash()).toBe(bash);
});

test("skips a file, a too long name and an empty name in PATH", async () => {
  const bash = await findBash();
  process.env.PATH = `${import.meta.filename}:${"x".repeat(5_000)}:/${"y".repeat(300)}::${path}`;
  expect(await findBash()).toBe(bash);
});
