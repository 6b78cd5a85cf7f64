/** The part of docs/parity.md about REST bodies. */
import { readBodies, type Sent } from "./bodies.ts";
import { judgeBody } from "./judge-body.ts";
import { bodyCases, bodyDifferences, type KnownBodyDifference } from "./known-body-differences.ts";
import { type JudgedCase, judgedCases } from "./suites.ts";

interface BodyRow {
  name: string;
  sent: number;
  equal: number;
  listed: number;
}

export interface BodyReport {
  readonly rows: readonly string[];
  readonly used: ReadonlySet<KnownBodyDifference>;
  /** Differences that are not listed. */
  readonly missed: readonly string[];
}

export async function bodyReport(suites: readonly string[]): Promise<BodyReport> {
  const rows = new Map<string, BodyRow>();
  const used = new Set<KnownBodyDifference>();
  const missed: string[] = [];
  for (const suite of suites) {
    const cases = new Map(judgedCases(suite).map((each) => [each.id, each]));
    for (const sent of readBodies(suite)) {
      const name = rowName(suite, sent);
      const row = rows.get(name) ?? { name, sent: 0, equal: 0, listed: 0 };
      rows.set(name, row);
      row.sent++;
      const { isEqual, reasons, unlisted } = await compareBody(cases.get(sent.id), sent);
      for (const reason of reasons) used.add(reason);
      if (isEqual) row.equal++;
      else if (unlisted === undefined) row.listed++;
      else missed.push(`${suite}: ${sent.id}: another body: ${unlisted}`);
    }
  }
  const lines = [...rows.values()].map(
    ({ name, sent, equal, listed }) => `| ${name} | ${sent} | ${equal} | ${listed} | ${sent - equal - listed} |`,
  );
  return { rows: lines, used, missed };
}

export function bodySection(rows: readonly string[]): readonly string[] {
  return [
    "## REST bodies sent to Azure ML",
    "",
    "The real client submits every case to a fake service within its process (`test/parity/submit.py`). Its " +
      "requests for the job, its environments, components and code, and its lookups are compared with those that " +
      "Jobgate creates from the dump of the same job (`shared/backends/azureml/rest`), hashes included; null " +
      "counts as missing. The SDK does not submit import jobs. A body that is read back (`test/parity/read-back`) " +
      "is sent again unchanged.",
    "",
    "| jobs | sent by the SDK | equal | equal except for listed differences | other |",
    "|---|---|---|---|---|",
    ...rows,
    "",
    "To record the SDK's requests again: `node scripts/run.mjs test/parity/make-bodies.ts PYTHON`.",
    "",
    "### Intended differences of bodies",
    "",
    ...bodyDifferences.map(({ what, reason }) => `- **${what}** ${reason}`),
    ...Object.entries(bodyCases).map(([id, reason]) => `- \`${id}\`: ${reason}`),
    "- Names that the SDK generates for environments without an image and for code from a URL are hashes of " +
      "their content, so that the same job registers the same assets. A model without a version is " +
      "the latest one; the SDK refuses to submit it.",
    "- The version of a prompt flow is a hash that includes its code; that of the SDK does not, so that Azure ML would " +
      "keep the old code of a flow that was changed.",
    "",
  ];
}

function rowName(suite: string, { job }: Sent): string {
  return suite === "corpus" ? `corpus, ${String((job as { readonly jobType: string }).jobType)}` : suite;
}

interface Comparison {
  readonly isEqual: boolean;
  /** The known differences that were found. */
  readonly reasons: readonly KnownBodyDifference[];
  /** The paths that differ, if a difference is not known. */
  readonly unlisted?: string | undefined;
}

async function compareBody(each: JudgedCase | undefined, sent: Sent): Promise<Comparison> {
  const found = each === undefined ? undefined : await judgeBody(each, sent);
  const reasons = (found ?? []).map((difference) => bodyDifferences.find(({ explains }) => explains(difference, sent)));
  const isListed = found !== undefined && reasons.every((reason) => reason !== undefined);
  const paths = found?.map(({ path }) => path).join(", ") ?? "rejected";
  return {
    isEqual: found?.length === 0,
    reasons: reasons.filter((reason) => reason !== undefined),
    unlisted: isListed || Object.hasOwn(bodyCases, sent.id) ? undefined : paths,
  };
}
