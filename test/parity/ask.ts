import { spawnSync } from "node:child_process";
import { join } from "node:path";
import type { JudgedCase } from "./suites.ts";

/** Asks the SDK about cases: what a script of this folder answers, by id. */
export function ask<Answer extends { readonly id: string }>(python: string, script: string, cases: readonly JudgedCase[]): ReadonlyMap<string, Answer> {
  const input = cases.map(({ id, yaml, base }) => `${JSON.stringify({ id, yaml, base })}\n`).join("");
  const { stdout, status } = spawnSync(python, [join(import.meta.dirname, script)], {
    input,
    encoding: "utf8",
    maxBuffer: 2 ** 30,
    stdio: ["pipe", "pipe", "inherit"],
    env: { ...process.env, ...(cases.some(({ preview }) => preview) ? { AZURE_ML_CLI_PRIVATE_FEATURES_ENABLED: "true" } : {}) },
  });
  if (status !== 0) throw new Error(`${script} ended with ${status}.`);
  const answers = stdout.trim().split("\n");
  return new Map(answers.map((line) => JSON.parse(line) as Answer).map((answer) => [answer.id, answer]));
}
