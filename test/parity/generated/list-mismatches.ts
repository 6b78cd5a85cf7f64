/** Prints the generated cases that we judge otherwise than the SDK: `node scripts/run.mjs test/parity/generated/list-mismatches.ts`. */
import { groups, readGroup } from "./groups.ts";
import { judgeGenerated } from "./judge-generated.ts";

for (const group of groups)
  for (const each of readGroup(group)) {
    const { ours, sdk, reason } = judgeGenerated(each);
    if (ours !== sdk) console.log(`- ${group} \`${each.id}\`: ours ${ours}, SDK ${sdk}: ${reason.slice(0, 160)}`);
  }
