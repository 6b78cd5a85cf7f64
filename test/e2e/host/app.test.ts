import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { bundle } from "../../../scripts/bundle.ts";
import { startTestAzurite, type TestAzurite } from "../../support/azurite.ts";
import { startHostProcess } from "../../support/host-process.ts";

const root = join(import.meta.dirname, "../../..");
let folder: string;
let azurite: TestAzurite;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "host-app-"));
  [azurite] = await Promise.all([startTestAzurite(), bundle(folder)]);
});
afterAll(async () => {
  await azurite.stop();
  rmSync(folder, { recursive: true });
});

interface Seen {
  readonly functions: readonly unknown[];
  readonly answers: readonly unknown[];
  readonly errors: readonly string[];
}

/** Functions, routes and responses of the service when the host loads `entry`. */
async function look(entry: string): Promise<Seen> {
  const settings = {
    AzureWebJobsStorage: azurite.connectionString,
    JOBS_AUTH: "none",
    JOBS_BACKEND: "local",
    JOBS_DATA_DIR: join(folder, "jobs"),
    JOBS_POLL_SCHEDULE: "0 0 0 1 1 *",
    JOBS_HEAL_SCHEDULE: "0 0 0 1 1 *",
    JOBS_INBOX_SCHEDULE: "0 0 0 1 1 *",
  };
  const host = await startHostProcess(root, { entry, settings });
  try {
    const same = (text: string) =>
      text.replaceAll(/127\.0\.0\.1:\d+|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, "...");
    const ask = async (path: string, init: RequestInit = {}) => {
      const answer = await fetch(host.url + path, init);
      return [path, answer.status, answer.headers.get("content-type"), same(await answer.text())];
    };
    const headers = { "content-type": "application/yaml" };
    const answers = [
      await ask("/api/health"),
      await ask("/api/jobs"),
      await ask("/api/jobs/none"),
      await ask("/api/jobs?dry_run=true", {
        method: "POST",
        headers,
        body: "type: command\ncommand: echo hi\nnonsense: 1\n",
      }),
      await ask("/api/jobs", { method: "DELETE" }),
    ];
    const functions = JSON.parse(same(await (await fetch(`${host.url}/admin/functions`)).text())) as { name: string }[];
    const byName = functions.sort((a, b) => (a.name < b.name ? -1 : 1));
    return { functions: byName, answers, errors: host.lines.filter((line) => line.includes("in error")) };
  } finally {
    await host.stop();
  }
}

describe("this app on the local host", () => {
  test("has the same functions, routes and responses from sources and from the bundle", async () => {
    const fromSources = await look(join(root, "functions/main.ts"));
    expect(fromSources.errors).toEqual([]);
    expect(fromSources.functions.length).toBeGreaterThan(10);
    expect(fromSources.answers.map((answer) => (answer as unknown[])[1])).toEqual([200, 200, 404, 400, 405]);
    expect(await look(join(folder, "main.cjs"))).toEqual(fromSources);
  });
});
