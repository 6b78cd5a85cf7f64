/**
 * Writes docs/parity.md: how far Jobgate and the real SDK agree, from the committed answers of the SDK.
 *
 *   npm run parity
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { bodyReport, bodySection } from "./body-report.ts";
import { corpusBundles } from "./corpus-bundles.ts";
import { type Judgement, judge } from "./judge.ts";
import { bodyDifferences } from "./known-body-differences.ts";
import {
  dumpDifferences,
  type KnownDifference,
  reloadDifferences,
  submitDifferences,
  verdictDifferences,
} from "./known-differences.ts";
import { type Expected, type JudgedCase, judgedCases, published, readExpected, suites } from "./suites.ts";

const file = join(import.meta.dirname, "../../docs/parity.md");

interface Row {
  name: string;
  cases: number;
  verdicts: number;
  causes: number;
  dumps: number;
  values: number;
  reloads: number;
}

const used = new Map<KnownDifference, number>();
const missed: string[] = [];

function rowsOf(suite: string, cases: readonly JudgedCase[]): Row[] {
  const answers = readExpected(suite);
  const rows = new Map<string, Row>();
  for (const each of cases) {
    const expected = answers.get(each.id);
    if (expected === undefined) throw new Error(`No answer for ${each.id}; run test/parity/make-expected.ts.`);
    const type = /^type:\s*"?(\w+)/m.exec(each.yaml)?.[1] ?? "command";
    const name = suite === "corpus" || suite === "bundles" ? `${suite}, ${type}` : suite;
    const row = rows.get(name) ?? { name, cases: 0, verdicts: 0, causes: 0, dumps: 0, values: 0, reloads: 0 };
    rows.set(name, row);
    countCase(row, suite, each, expected);
  }
  return [...rows.values()];
}

/** Counts a case in its row, and records unexplained differences in `missed`. */
function countCase(row: Row, suite: string, each: JudgedCase, expected: Expected): void {
  const judgement = judge(each, expected);
  const miss = (what: string): void => void missed.push(`${suite}: ${each.id}: ${what}`);
  row.cases++;
  if (judgement.sameVerdict || Object.hasOwn(verdictDifferences, each.id)) row.verdicts++;
  else miss("accepted by one, rejected by the other");
  if (published.includes(suite) || judgement.cause === each.cause) row.causes++;
  if (judgement.result.job !== undefined && expected.flat !== undefined)
    countDump(row, each, expected, judgement, miss);
}

function countDump(
  row: Row,
  each: JudgedCase,
  expected: Expected,
  { dumpDifferences: found, isFresh }: Judgement,
  miss: (what: string) => void,
): void {
  row.dumps++;
  const unexplained = unexplainedPaths(found);
  if (unexplained.length === 0) row.values++;
  else miss(unexplained.join(", "));
  const changes = (expected.reload ?? []).join(", ");
  if ((isFresh && changes === "") || Object.hasOwn(reloadDifferences, each.id)) row.reloads++;
  else miss(isFresh ? `another body: ${changes}` : "the dump has changed since the SDK's answer was recorded");
}

/** Counts the uses of known differences; returns the paths of the others. */
function unexplainedPaths(found: Judgement["dumpDifferences"]): string[] {
  for (const known of new Set(found.map((difference) => difference.known)))
    if (known !== undefined) used.set(known, (used.get(known) ?? 0) + 1);
  return found.flatMap(({ difference, known }) => (known === undefined ? [`/${difference.path.join("/")}`] : []));
}

function table(rows: readonly Row[]): string[] {
  const share = (part: number, whole: number): string =>
    whole === 0 ? "" : part === whole ? `all ${whole}` : `${part} of ${whole}`;
  return rows.map(({ name, cases, verdicts, causes, dumps, values, reloads }) => {
    const shares = [share(verdicts, cases), share(causes, cases), share(values, dumps), share(reloads, dumps)];
    return `| ${[name, cases, ...shares].join(" | ")} |`;
  });
}

const judged = new Map([
  ...suites.map((suite) => [suite, judgedCases(suite)] as const),
  ["bundles", await corpusBundles()],
]);
const rows = table(
  [...judged].flatMap(([suite, cases]) => rowsOf(suite, cases).toSorted((a, b) => (a.name < b.name ? -1 : 1))),
);

const bodies = await bodyReport(suites);
missed.push(...bodies.missed);

const lines = [
  "# Parity with the Azure ML SDK",
  "",
  "How far Jobgate and the real Python SDK (`azure-ai-ml` 1.35.2) agree about jobs. Written by `npm run parity`; do not edit by hand.",
  "",
  "- **Verdict**: both take the job, or both refuse it. Taken means that `load_job` returns.",
  "- **Cause**: the first issue is the true cause, as judged by hand for each case.",
  "- **Values**: our dump holds the values that the SDK's flat dump holds (what `az ml job` prints).",
  "- **Same job**: the SDK makes the same REST body of our dump as of the original.",
  "",
  "| jobs | cases | verdict | cause | values | same job |",
  "|---|---|---|---|---|---|",
  ...rows,
  "",
  "The cases are in `test/data/parity`, and the SDK's answers in `test/data/parity/expected`. The corpus is `test/data/azureml-examples`: public jobs, and the YAML files that they name. Bundles are those of them that name local files, each sent as the zip of the folder that holds all of these, with empty files for code and data that are not kept here; the SDK is asked about the same zip, unpacked.",
  "To ask the SDK again: `node scripts/run.mjs test/parity/make-expected.ts PYTHON`, where PYTHON has `azure-ai-ml` (see `test/parity/oracle.py`).",
  "",
  "## Where dumps differ on purpose",
  "",
  ...dumpDifferences.map((difference) => `- **${difference.what}** ${difference.reason}`),
  "",
  "## What one takes and the other refuses",
  "",
  ...Object.entries(verdictDifferences).map(([id, reason]) => `- \`${id}\`: ${reason}`),
  "",
  "## What the SDK loads and fails to send, and we take",
  "",
  ...Object.entries(submitDifferences).map(([id, reason]) => `- \`${id}\`: ${reason}`),
  "",
  "## Where the SDK makes another job of our dump",
  "",
  ...Object.entries(reloadDifferences).map(([id, reason]) => `- \`${id}\`: ${reason}`),
  "- Everywhere: `_source` of a node, which tells Azure ML's statistics whether its component came from a file, because a dump holds the component itself.",
  "",
  ...bodySection(bodies.rows),
  "## Beyond the SDK",
  "",
  "What the SDK takes and Azure ML can never run is a warning with `blocks_submission: true`: a dry run shows it, a submission is refused. See the table of codes in `shared/core/job/schema/diagnostics.ts`.",
  "",
];
writeFileSync(file, lines.join("\n"));
console.log([...rows, ...bodies.rows].join("\n"));
for (const line of missed) console.log(`differs: ${line}`);
const idle = [
  ...dumpDifferences.filter((difference) => !used.has(difference)),
  ...bodyDifferences.filter((difference) => !bodies.used.has(difference)),
];
for (const { what } of idle) console.log(`explains nothing: ${what}`);
process.exitCode = missed.length === 0 ? 0 : 1;
