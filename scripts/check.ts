/** `npm run check`: format and lint, types, unused code and the build. */
import { spawnSync } from "node:child_process";

const tools: readonly (readonly [name: string, script: string, ...args: string[]])[] = [
  ["format and lint", "node_modules/@biomejs/biome/bin/biome", "check", "--error-on-warnings", "."],
  ["line width", "scripts/check-line-width.ts"],
  ["types", "node_modules/typescript/bin/tsc", "--noEmit", "-p", "."],
  ["unused code", "node_modules/knip/bin/knip.js"],
  ["code that only tests use", "node_modules/knip/bin/knip.js", "--production"],
  ["build", "scripts/build.ts"],
];

const failed = tools.filter(([name, ...command]) => {
  const started = performance.now();
  const { status } = spawnSync(process.execPath, command, { stdio: "inherit" });
  console.log(`${status === 0 ? "ok    " : "FAILED"} ${name} (${Math.round(performance.now() - started)} ms)`);
  return status !== 0;
});
process.exitCode = failed.length === 0 ? 0 : 1;
