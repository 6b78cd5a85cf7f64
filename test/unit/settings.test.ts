import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import * as z from "zod";
import { settings } from "../../shared/config.ts";

const root = join(import.meta.dirname, "../..");
const { properties = {} } = z.toJSONSchema(z.object(settings), { io: "input", unrepresentable: "any" });

interface Described {
  readonly default?: string | number;
  readonly description?: string;
}
const described = Object.entries(properties as Readonly<Record<string, Described>>);

test("docs/settings.md has a row for each setting, with its default and meaning", () => {
  const rows = readFileSync(join(root, "docs/settings.md"), "utf8")
    .split("\n")
    .filter((line) => line.startsWith("| `JOBS_"));
  expect(rows).toEqual(
    described.map(([name, { default: value, description }]) => `| \`${name}\` | ${value === undefined ? "" : `\`${value}\``} | ${description} |`),
  );
});

test("local.settings.sample.json has each setting, and what the host needs", () => {
  const { IsEncrypted, Values } = JSON.parse(readFileSync(join(root, "local.settings.sample.json"), "utf8"));
  expect(IsEncrypted).toBe(false);
  expect(Object.keys(Values)).toEqual(["FUNCTIONS_WORKER_RUNTIME", "AzureWebJobsStorage", ...described.map(([name]) => name)]);
});
