import { readFileSync } from "node:fs";
import { join } from "node:path";

/** The requests of the SDK that submit a case; `{WS}` stands for the ARM id of the workspace. See submit.py. */
export interface Sent {
  readonly id: string;
  readonly name: string;
  /** Properties of the job. */
  readonly job: unknown;
  /** Path in the workspace -> properties of an asset that is registered before the job. */
  readonly assets: Readonly<Record<string, unknown>>;
  /** Paths that are read before. */
  readonly calls?: readonly string[];
}

export function bodiesFile(name: string): string {
  return join(import.meta.dirname, "../data/parity/bodies", `${name}.jsonl`);
}

export function readBodies(name: string): readonly Sent[] {
  const lines = readFileSync(bodiesFile(name), "utf8")
    .split("\n")
    .filter((line) => line !== "");
  return lines.map((line) => JSON.parse(line) as Sent);
}
