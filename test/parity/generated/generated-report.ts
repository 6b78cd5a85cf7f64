/** The part of docs/parity.md about generated cases. */
import { share } from "../share.ts";
import type { AnsweredCase } from "./generated-case.ts";
import { groups, readGroup } from "./groups.ts";
import { judgeGenerated } from "./judge-generated.ts";
import { generatedBodies, generatedDifferences, knownGenerated } from "./known-generated-differences.ts";

const counts = () => ({ cases: 0, load: 0, strictLoad: 0, loaded: 0, block: 0, strictBlock: 0, sent: 0, again: 0 });
type Counts = ReturnType<typeof counts>;

const row = (name: string, { cases, load, loaded, block, sent, again }: Counts): string =>
  `| ${name} | ${cases} | ${share(load, cases)} | ${share(block, loaded)} | ${share(again, sent)} |`;

/** Adds a case to the counts of its group. */
function count(row: Counts, group: string, each: AnsweredCase): void {
  const verdicts = judgeGenerated(each);
  const { ours, sdk } = verdicts;
  const isKnown = knownGenerated(`${group} ${each.id}`, verdicts) !== undefined;
  const wereLoaded = ours !== "refused" && sdk !== "refused";
  const wasSent = sdk === "sent" && ours !== "refused";
  row.cases++;
  const isSameLoad = (ours === "refused") === (sdk === "refused");
  row.strictLoad += Number(isSameLoad);
  row.load += Number(isKnown || isSameLoad);
  row.loaded += Number(wereLoaded);
  row.strictBlock += Number(wereLoaded && ours === sdk);
  row.block += Number(wereLoaded && (isKnown || ours === sdk));
  row.sent += Number(wasSent);
  row.again += Number(wasSent && each.again === undefined);
}

export function generatedSection(): readonly string[] {
  const total = counts();
  const rows = groups.map((group) => {
    const row = counts();
    for (const each of readGroup(group)) {
      count(row, group, each);
      count(total, group, each);
    }
    return { group, row };
  });
  return [
    "## Generated cases",
    "",
    "`test/parity/generated` derives cases from those above (nodes in nested pipeline components, jobs as component " +
      "files) and writes others (forms of YAML, references, bindings, settings, conda files). The SDK loads each, and " +
      "its client validates it and submits it to the fake service, as it does the dump of Jobgate.",
    "",
    "- **Load**: both load the job, or both refuse it.",
    "- **Submission**: of the jobs that both load, both send the job, or both refuse to; here that is a warning with " +
      "`blocks_submission: true`.",
    "- **Same bodies**: the client sends the same requests for the dump as for the job, as last recorded.",
    "",
    "Intended differences, listed below, count as equal. The others are in `test/data/parity/generated/open.txt`.",
    "",
    "| cases | number | load | submission | same bodies |",
    "|---|---|---|---|---|",
    ...rows.map(({ group, row: each }) => row(group, each)),
    row("**total**", total),
    row("if intended differences count as different", {
      ...total,
      load: total.strictLoad,
      block: total.strictBlock,
    }),
    "",
    "To record the SDK's answers again: `node scripts/run.mjs test/parity/generated/make-generated.ts PYTHON`.",
    "",
    "### Intended differences of generated cases",
    "",
    ...generatedDifferences.map(({ what, reason }) => `- **${what}** ${reason}`),
    "",
    "### Generated cases with another body",
    "",
    ...Object.entries(generatedBodies).map(([name, reason]) => `- \`${name}\`: ${reason}`),
    "",
  ];
}
