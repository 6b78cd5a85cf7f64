import { defineConfig } from "vitest/config";

/** What is long: enumerations, seeds, scale, browser. `npm test` runs the rest. */
export default defineConfig({
  test: {
    reporters: ["default", "./test/support/count-reporter.ts"],
    testTimeout: 600_000,
    hookTimeout: 60_000,
    maxWorkers: 2,
    pool: "forks",
    projects: [
      // What has a time limit has the machine to itself.
      {
        extends: true,
        test: { name: "alone", maxWorkers: 1, include: ["test/**/*.alone.full.test.ts"], sequence: { groupOrder: 0 } },
      },
      {
        extends: true,
        test: {
          name: "long",
          include: ["test/**/*.full.test.ts"],
          exclude: ["test/**/*.alone.full.test.ts"],
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
