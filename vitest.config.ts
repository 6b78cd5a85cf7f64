import { defineConfig } from "vitest/config";

const folders = ["unit", "property", "contract", "e2e", "fault"] as const;

/** Everything but what is long (`*.full.test.ts`, see vitest.full.config.ts). */
export default defineConfig({
  test: {
    reporters: ["default", "./test/support/count-reporter.ts"],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    maxWorkers: 2,
    coverage: { provider: "v8", include: ["shared/core/**"], reporter: ["text", "json-summary"], thresholds: { lines: 100 } },
    projects: folders.map((name) => ({
      extends: true,
      test: { name, pool: "forks" as const, include: [`test/${name}/**/*.test.ts`], exclude: ["**/*.full.test.ts"] },
    })),
  },
});
