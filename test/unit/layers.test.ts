import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";

const root = join(import.meta.dirname, "../..");

/** Imports that break the layers of docs/architecture.md. */
const forbidden: readonly (readonly [importer: string, imported: string])[] = [
  ["functions/http/a.ts", "../../shared/core/ports/ports.ts"],
  ["functions/http/a.ts", "../../shared/storage/record-store.ts"],
  ["functions/http/a.ts", "../../shared/config/config.ts"],
  ["functions/http/a.ts", "zod"],
  ["functions/http/jobs/a.ts", "../../../shared/storage/record-store.ts"],
  ["functions/http/jobs/a.ts", "../../../shared/create-services.ts"],
  ["shared/lib/a.ts", "../core/ports/ports.ts"],
  ["shared/lib/a.ts", "../../local/start.ts"],
  ["shared/config/a.ts", "../storage/account/account.ts"],
  ["shared/config/a.ts", "@azure/identity"],
  ["shared/core/a.ts", "../service/get-job.ts"],
  ["shared/core/job/a.ts", "../../api/problem.ts"],
  ["shared/core/a.ts", "../config/config.ts"],
  ["shared/core/a.ts", "@azure/storage-blob"],
  ["shared/core/a.ts", "../bundle/open-bundle.ts"],
  ["shared/bundle/a.ts", "../api/problem.ts"],
  ["shared/service/a.ts", "../bundle/open-bundle.ts"],
  ["shared/service/a.ts", "../storage/record-store.ts"],
  ["shared/service/a.ts", "../backends/local/local-backend.ts"],
  ["shared/service/a.ts", "../api/problem.ts"],
  ["shared/service/a.ts", "@azure/functions"],
  ["shared/api/a.ts", "../service/get-job.ts"],
  ["shared/api/a.ts", "../storage/record-store.ts"],
  ["shared/api/a.ts", "@azure/storage-blob"],
  ["shared/storage/a.ts", "../service/get-job.ts"],
  ["shared/storage/a.ts", "../config/config.ts"],
  ["shared/storage/a.ts", "@azure/identity"],
  ["shared/storage/a.ts", "../identity.ts"],
  ["shared/service/a.ts", "../create-services.ts"],
  ["shared/backends/local/a.ts", "../../storage/record-store.ts"],
  ["shared/backends/local/a.ts", "@azure/storage-blob"],
  ["local/host/a.ts", "../../shared/core/errors.ts"],
  ["local/host/a.ts", "../azurite/start-azurite.ts"],
  ["local/a.ts", "../functions/main.ts"],
];

const allowed: readonly (readonly [importer: string, imported: string])[] = [
  ["functions/http/b.ts", "../../shared/service/jobs/get-job.ts"],
  ["functions/http/b.ts", "../../shared/wiring.ts"],
  ["functions/http/b.ts", "@azure/functions"],
  ["functions/http/jobs/b.ts", "../../../shared/service/jobs/get-job.ts"],
  ["functions/http/jobs/b.ts", "../../../shared/wiring.ts"],
  ["functions/main.ts", "./http/jobs/get-job.ts"],
  ["shared/lib/b.ts", "./clock.ts"],
  ["shared/lib/b.ts", "node:fs"],
  ["shared/config/b.ts", "../core/text/bare-path.ts"],
  ["shared/config/b.ts", "../lib/defined.ts"],
  ["shared/core/b.ts", "../lib/clock.ts"],
  ["shared/core/b.ts", "zod"],
  ["shared/service/b.ts", "../core/job/job.ts"],
  ["shared/api/b.ts", "../core/errors.ts"],
  ["shared/storage/b.ts", "@azure/storage-blob"],
  ["shared/backends/local/b.ts", "../../core/ports.ts"],
  ["shared/backends/local/b.ts", "../../bundle/open-bundle.ts"],
  ["shared/api/b.ts", "../bundle/open-bundle.ts"],
  ["shared/bundle/b.ts", "../core/errors.ts"],
  ["local/host/b.ts", "../../shared/lib/clock.ts"],
  ["local/b.ts", "./azurite/start-azurite.ts"],
];

const folder = mkdtempSync(join(tmpdir(), "jobgate-layers-"));
let refused: ReadonlySet<string>;

beforeAll(() => {
  const config = JSON.parse(readFileSync(join(root, "biome.json"), "utf8")) as Record<string, unknown>;
  writeFileSync(join(folder, "biome.json"), JSON.stringify({ ...config, $schema: undefined, vcs: undefined }));
  [...forbidden, ...allowed].forEach(([importer, imported], index) => {
    const file = join(folder, dirname(importer), `case-${index}.ts`);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, `import { thing } from "${imported}";\nexport const same = thing;\n`);
  });
  const biome = join(root, "node_modules/@biomejs/biome/bin/biome");
  const { stdout } = spawnSync(process.execPath, [biome, "lint", "--reporter=github", "--max-diagnostics=none", "."], {
    cwd: folder,
    encoding: "utf8",
  });
  const lines = stdout.split("\n").filter((line) => line.includes("noRestrictedImports"));
  refused = new Set(lines.map((line) => /case-\d+/.exec(line)?.[0] ?? line));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test.each(forbidden.map(([importer, imported], index) => [importer, imported, index] as const))(
  "%s must not import %s",
  (_importer, _imported, index) => {
    expect(refused).toContain(`case-${index}`);
  },
);

test.each(allowed.map(([importer, imported], index) => [importer, imported, index] as const))(
  "%s may import %s",
  (_importer, _imported, index) => {
    expect(refused).not.toContain(`case-${forbidden.length + index}`);
  },
);
