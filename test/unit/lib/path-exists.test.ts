import { symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { pathExists } from "../../../shared/lib/path-exists.ts";
import { temporaryFolder } from "../../contract/backends/local-jobs.ts";

test("finds files and folders, but no broken link and nothing below a file", async () => {
  const folder = await temporaryFolder();
  const [file, link] = [join(folder, "file"), join(folder, "link")];
  writeFileSync(file, "");
  symlinkSync(join(folder, "missing"), link);
  const paths = [folder, file, link, join(file, "below"), join(folder, "missing")];
  expect(await Promise.all(paths.map(pathExists))).toEqual([true, true, false, false, false]);
});

test("throws other errors of the system", async () => {
  await expect(pathExists(`/${"x".repeat(300)}`)).rejects.toThrow("ENAMETOOLONG");
});
