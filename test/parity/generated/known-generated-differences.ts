// biome-ignore-all lint/suspicious/noTemplateCurlyInString: bindings of Azure ML have this form
/** Differences between our verdict on a generated case and the SDK's; docs/parity.md lists them. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import type { Verdict, Verdicts } from "./judge-generated.ts";

export interface KnownGeneratedDifference {
  readonly what: string;
  readonly reason: string;
  /** Matches `group id`. */
  readonly cases: RegExp;
  readonly ours: Verdict | readonly Verdict[];
  readonly sdk: Verdict;
  /** Whether the answers are those of this difference; for differences that are more than two verdicts. */
  readonly isIt?: (verdicts: Verdicts) => boolean;
}

/** Whether the SDK refuses a tab, and Jobgate warns about it in each file that contains one, and in no other. */
function isTab({ answered: { load = "", yaml, files = {} }, warnings }: Verdicts): boolean {
  const texts: readonly (readonly [string | undefined, string])[] = [[undefined, yaml], ...Object.entries(files)];
  const withTabs = texts.flatMap(([file, text]) => (text.includes("\t") ? [file] : []));
  const warned = warnings.flatMap(({ code, file }) => (code === "tab" ? [file] : []));
  const isRefused = /found character '\\+t' that cannot start any token/.test(load);
  return isRefused && isDeepStrictEqual(warned, withTabs);
}

/** Intended differences. */
export const generatedDifferences: readonly KnownGeneratedDifference[] = [
  {
    what: "A list as the value of an environment variable blocks the submission; the SDK sends the list.",
    reason: "The type in the API is text.",
    cases: /^settings (?:job|inline|beside)\/environment_variables\/\{a: \[1\]\}(?:@\d)?$/,
    ours: "blocked",
    sdk: "sent",
  },
  {
    what: "An experiment name that Azure ML does not accept blocks the submission; the SDK's client sends it.",
    reason: "Azure ML refuses the job.",
    cases: /^settings experiment\//,
    ours: "blocked",
    sdk: "sent",
  },
  {
    what: "An output that the job does not have, in the command of a job, blocks the submission; the client sends it.",
    reason: "No backend can resolve it, so the job would fail.",
    cases: /^bindings command\/\$\{\{outputs\.zz\}\}$/,
    ours: "blocked",
    sdk: "sent",
  },
  {
    what:
      "A binding of a node's input, output or compute to a missing input, output or node, to the node itself, or in " +
      "an old form, blocks the submission; the SDK's client sends it.",
    reason: "Azure ML cannot resolve it, so the job would fail.",
    cases: /^bindings (?:node-(?:input|output|compute)|component-input)\/(?!\$\{\{parent\.inputs\.x\}\})/,
    ours: "blocked",
    sdk: "sent",
  },
  {
    what:
      "Numbers out of range, mappings as environment variables, missing tables, cycles and missing nodes block the " +
      "submission of a nested pipeline, as they do in a job; the SDK's client sends them.",
    reason: "Azure ML refuses the job, or the job fails.",
    cases: new RegExp(
      `^(?:${[
        "(?:nested-command command|component-command command-component)/" +
          "(?:vars-map|count-negative|dist-worker-negative|limits-zero)",
        "nested-automl automl/(?:no-data-text|folds-one|folds-zero|test-size-zero|limits-zero)",
        "nested-pipeline pipeline/(?:bind-missing-node-component|cycle-self)",
      ].join("|")})@[12]$`,
    ),
    ours: "blocked",
    sdk: "sent",
  },
  {
    what:
      "A reference to an environment or a component without a name (`azureml::1`), or with slashes that are not those " +
      "of an id (`azureml:/x:1`), blocks the submission; the SDK's client sends an id made from it.",
    reason: "Azure ML has no such asset, and the SDK's client refuses most of them in a node.",
    cases: new RegExp(
      "^(?:references (?:environment|component)/azureml::1|" +
        "asset-references (?:(?:command|sweep|spark|component-node|untyped-node|parallel|node-trial-component|" +
        "pipeline-node)/azureml:(?::1|/x:1)|(?:command|component-node)/azureml:/subscriptions/.*/models/e:1))$",
    ),
    ours: "blocked",
    sdk: "sent",
  },
  {
    what:
      "The component of a pipeline job and the `environment.id` of a job are checked like other references; the SDK's " +
      "client sends their names unchanged.",
    reason: "The API of Azure ML requires ids here, and a name without a version has none.",
    cases: /^asset-references (?:id|pipeline-job)\//,
    ours: "blocked",
    sdk: "sent",
  },
  {
    what: "`azureml:` as the default compute blocks the submission; the SDK's client sends an id without a name.",
    reason: "Azure ML has no compute with an empty name.",
    cases: /^references default-compute\/azureml:$/,
    ours: "blocked",
    sdk: "sent",
  },
  {
    what: "Display names with invisible characters are refused.",
    reason: "They are shown in lists, terminals and pages.",
    cases: /^nested-command command\/display-name-escape@1$/,
    ours: "refused",
    sdk: "sent",
  },
  {
    what: "A job with an input path that begins with `AZUREML:` or with a drive (`C:\\x`) cannot be submitted.",
    reason: "The SDK's client takes it for version `e:1` of an asset `AZUREML`, which is not what was meant.",
    cases: /^references (?:node-)?input\/(?:AZUREML:e:1|C:\\\\x)(?:@1)?$/,
    ours: "blocked",
    sdk: "sent",
  },
  {
    what: "`azureml::1` as data and `azureml:` as code block the submission.",
    reason: "They have no name: Azure ML has no such data, and the SDK's client uploads the folder of the job as code.",
    cases: /^references (?:(?:node-)?input\/azureml::1(?:@1)?|code\/azureml:)$/,
    ours: "blocked",
    sdk: "sent",
  },
  {
    what: "A label of data other than `latest` is looked up on submission, and not by a dry run.",
    reason: "Only the workspace has the answer; the backend refuses the job with the label.",
    cases: /^references (?:node-)?input\/azureml:e@other(?:@1)?$/,
    ours: "sent",
    sdk: "blocked",
  },
  {
    what: "A conda file that is a list or a text is refused when it is loaded; the SDK refuses it on submission.",
    reason: "The job cannot run, and the cause is in the file.",
    cases: /^conda (?:job|inner|component|node)\/1[89](?:@\d)?$/,
    ours: "refused",
    sdk: "blocked",
  },
  {
    what: "`forecasting_settings` of an automl node is refused, with the suggestion `forecasting`.",
    reason: "The SDK takes it for the argument of its class, and does not check it. In a job, it refuses it too.",
    cases: /^nested-automl automl\/forecasting-settings@2$/,
    ours: "refused",
    sdk: "sent",
    isIt: ({ reason }) =>
      reason.startsWith("unknown_field /jobs/a/forecasting_settings") && reason.includes("did you mean forecasting?"),
  },
  {
    what: "Tabs between tokens and on blank lines are read as blanks, with a warning `tab`; the SDK refuses the file.",
    reason: "YAML 1.2 allows them, PyYAML does not. The warning says that `az ml` refuses the file.",
    cases: /^[\w-]+ [\w-]+\/tab-/,
    ours: ["sent", "blocked"],
    sdk: "refused",
    isIt: isTab,
  },
];

export function knownGenerated(name: string, verdicts: Verdicts): KnownGeneratedDifference | undefined {
  const { ours, sdk } = verdicts;
  return generatedDifferences.find(
    (known) =>
      [known.ours].flat().includes(ours) &&
      known.sdk === sdk &&
      known.cases.test(name) &&
      (known.isIt?.(verdicts) ?? true),
  );
}

const openFile = join(import.meta.dirname, "../../data/parity/generated/open.txt");

/** Differences that are not intended, and not yet resolved: lines of `group id: ours OURS, SDK THEIRS`. */
export const openDifferences: ReadonlySet<string> = new Set(
  existsSync(openFile) ? readFileSync(openFile, "utf8").split("\n") : [],
);

export const openLine = (name: string, { ours, sdk }: Verdicts): string => `${name}: ours ${ours}, SDK ${sdk}`;

/** Cases (`GROUP ID`) whose dump is submitted by the SDK with another body. */
export const generatedBodies: Readonly<Record<string, string>> = {
  "references compute/azureml:": "An empty compute counts as no compute; the SDK sends it.",
  "references compute/azureml:azureml:e:1": "A repeated prefix counts once, as in the SDK's own dump.",
  "settings inline/tags/{a: null}":
    "A tag without a value is not printed, as in the SDK's own dump; null counts as missing.",
  "bindings component-input/$[[${{inputs.d}}]]":
    "Jobgate blocks the submission of this binding, so that no job has this dump.",
  "bindings component-input/$[[x ${{inputs.zz}}]]":
    "Jobgate blocks the submission of this binding, so that no job has this dump.",
};
