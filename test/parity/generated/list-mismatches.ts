/**
 * Prints the generated cases whose verdict differs from the SDK's without a known reason.
 *
 *   node scripts/run.mjs test/parity/generated/list-mismatches.ts [--record]
 *
 * With `--record`, they are written to test/data/parity/generated/open.txt, which the tests read.
 */
import { writeFileSync } from "node:fs";
import { groupFile, groups, readGroup } from "./groups.ts";
import { judgeGenerated } from "./judge-generated.ts";
import { knownGenerated, openLine } from "./known-generated-differences.ts";

const open: string[] = [];
for (const group of groups)
  for (const each of readGroup(group)) {
    const verdicts = judgeGenerated(each);
    const name = `${group} ${each.id}`;
    if (verdicts.ours === verdicts.sdk || knownGenerated(name, verdicts) !== undefined) continue;
    open.push(openLine(name, verdicts));
    console.log(`- ${openLine(name, verdicts)}: ${verdicts.reason.slice(0, 160)}`);
  }
if (process.argv.includes("--record"))
  writeFileSync(groupFile("open").replace(/jsonl$/, "txt"), open.map((line) => `${line}\n`).join(""));
