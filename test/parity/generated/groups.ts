import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { AnsweredCase } from "./generated-case.ts";

/** Names of the groups of generated cases, each a file of test/data/parity/generated. */
export const groups: readonly string[] = [
  "nested-command",
  "nested-sweep",
  "nested-spark",
  "nested-automl",
  "nested-finetuning",
  "nested-import",
  "nested-pipeline",
  "component-command",
  "component-spark",
  "yaml",
  "references",
  "asset-references",
  "bindings",
  "optional-inputs",
  "settings",
  "conda",
];

export function groupFile(group: string): string {
  return join(import.meta.dirname, "../../data/parity/generated", `${group}.jsonl`);
}

export function readGroup(group: string): readonly AnsweredCase[] {
  if (!existsSync(groupFile(group))) return [];
  const lines = readFileSync(groupFile(group), "utf8").trimEnd().split("\n");
  return lines.map((line) => JSON.parse(line) as AnsweredCase);
}
