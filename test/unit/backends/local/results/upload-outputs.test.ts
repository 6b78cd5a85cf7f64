import { spawnSync } from "node:child_process";
import { chownSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryFolder } from "../../../../contract/backends/local-jobs.ts";

test("lists an unreadable folder and file in the log, keeps them on disk, and removes them with the job", async () => {
  const folder = await temporaryFolder();
  if (process.getuid?.() === 0) chownSync(folder, 65_534, 65_534);
  const { stdout, stderr } = spawnSync(
    process.execPath,
    [join(import.meta.dirname, "unreadable-outputs-process.ts"), folder],
    { encoding: "utf8" },
  );
  expect(stderr.replaceAll(/^.*(ExperimentalWarning|--trace-warnings).*\n/gm, "")).toBe("");
  expect(JSON.parse(stdout)).toMatchObject({
    notes: [
      '"outputs/d" is not stored: the service has no permission to read it.',
      '"outputs/file" is not stored: the service has no permission to read it.',
      expect.stringMatching(/^Outputs that are not stored stay in .* until the job is deleted\.$/),
    ],
    filesLeft: true,
    stored: ["outputs/ok"],
    isOnDisk: true,
    isRemoved: true,
  });
});
