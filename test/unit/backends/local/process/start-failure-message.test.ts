import { once } from "node:events";
import { mkdirSync, openSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { JobSpec } from "../../../../../shared/backends/local/folder/job-spec.ts";
import { startCommand, startFailureMessage } from "../../../../../shared/backends/local/process/start-command.ts";
import { temporaryFolder } from "../../../../contract/backends/local-jobs.ts";
import { plainSpec } from "../../../../support/plain-spec.ts";

async function problemOf(changes: Partial<JobSpec>): Promise<string> {
  const folder = await temporaryFolder();
  mkdirSync(join(folder, "work"));
  const spec: JobSpec = { ...plainSpec, ...changes };
  const log = openSync(join(folder, "log"), "a");
  try {
    const [error] = await once(startCommand(folder, spec, log), "error");
    return startFailureMessage(error as Error, spec);
  } catch (error) {
    return startFailureMessage(error as Error, spec);
  }
}

test("reports the size of too large environment variables", async () => {
  const environment = Object.fromEntries(Array.from({ length: 100 }, (_, i) => [`V${i}`, "x".repeat(100_000)]));
  const message =
    /^The command could not be started: its environment variables have 10\d{6} bytes, more than the system accepts\./;
  expect(await problemOf({ environment })).toMatch(message);
  expect(await problemOf({ environment, command: `true #${"x".repeat(200_000)}` })).toMatch(message);
});

test("reports a NUL character in the command or in a variable", async () => {
  expect(await problemOf({ command: "true \0" })).toBe(
    "The command could not be started: it contains a NUL character, which no argument can contain",
  );
  expect(await problemOf({ environment: { A: "nul\0" } })).toContain("null bytes");
});
