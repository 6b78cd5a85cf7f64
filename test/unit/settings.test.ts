import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { settings } from "../../shared/config/config.ts";

const root = join(import.meta.dirname, "../..");
const rows = Object.entries(settings).map(([name, { meaning, ...rest }]) => ({
  name,
  meaning,
  fallback: "fallback" in rest ? rest.fallback : undefined,
}));

test("docs/settings.md has a row for each setting, with its default and meaning", () => {
  const documented = readFileSync(join(root, "docs/settings.md"), "utf8")
    .split("\n")
    .filter((line) => line.startsWith("| `JOBS_"));
  expect(documented).toEqual(
    rows.map(
      ({ name, meaning, fallback }) =>
        `| \`${name}\` | ${fallback === undefined ? "" : `\`${fallback}\``} | ${meaning} |`,
    ),
  );
});

test("local.settings.sample.json has each setting, and what the host needs", () => {
  const { IsEncrypted, Values } = JSON.parse(readFileSync(join(root, "local.settings.sample.json"), "utf8"));
  expect(IsEncrypted).toBe(false);
  expect(Object.keys(Values)).toEqual([
    "FUNCTIONS_WORKER_RUNTIME",
    "AzureWebJobsStorage",
    ...rows.map(({ name }) => name),
  ]);
});
