import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { settings } from "../../../shared/config/settings.ts";

const root = join(import.meta.dirname, "../../..");

test("docs/settings.md has a row for each setting, with its default and description", () => {
  const documented = readFileSync(join(root, "docs/settings.md"), "utf8")
    .split("\n")
    .filter((line) => line.startsWith("| `JOBS_"));
  expect(documented).toEqual(
    Object.entries(settings).map(([name, setting]) => {
      const value = "default" in setting ? setting.default : undefined;
      return `| \`${name}\` | ${value === undefined ? "" : `\`${value}\``} | ${setting.description} |`;
    }),
  );
});

test("local.settings.sample.json has every setting, and the variables that the Functions host needs", () => {
  const { IsEncrypted, Values } = JSON.parse(readFileSync(join(root, "local.settings.sample.json"), "utf8"));
  expect(IsEncrypted).toBe(false);
  expect(Object.keys(Values)).toEqual(["FUNCTIONS_WORKER_RUNTIME", "AzureWebJobsStorage", ...Object.keys(settings)]);
});
