import { reloadDifferences } from "./known-differences.ts";

/** Cases whose dump is submitted by the SDK with other requests. */
interface RoundTripDifference {
  /** `SUITE ID` */
  readonly cases: readonly string[];
  /** The paths at which the requests differ. */
  readonly paths: RegExp;
  /** The reason, if it is not in `reloadDifferences`. */
  readonly reason?: string;
}

const differences: readonly RoundTripDifference[] = [
  {
    cases: [
      "pipeline job-component",
      "pipeline job-component-extra",
      "pipeline job-component-text",
      "pipeline job-component-number",
      "corpus cli/endpoints/batch/deploy-pipelines/hello-batch/pipeline-job.yml",
      "bundles cli/endpoints/batch/deploy-pipelines/hello-batch/pipeline-job.yml",
    ],
    paths: /^\/(?:job\/componentId|job\/jobs\/[^/]+|assets\/components\/azureml_anonymous\/versions\/[^/]+)$/,
    reason:
      "If the `component` of a pipeline is a file, its dump has the nodes; the SDK registers the component and " +
      "sends a pipeline without nodes. Both run the same steps.",
  },
  {
    cases: ["command compute-empty", "command compute-bare-prefix", "command compute-twice"],
    paths: /^\/job\/computeId$/,
  },
  { cases: ["command vars-keys"], paths: /^\/job\/environmentVariables\/(?:1|true)$/ },
  { cases: ["command input-wrapped"], paths: /^\/job\/inputs\/[bce]\/value$/ },
  {
    cases: ["pipeline includes"],
    paths: /^\/(?:job\/jobs\/a\/componentId|assets\/components\/azureml_anonymous\/versions\/[^/]+)$/,
  },
  { cases: ["spark node-properties"], paths: /^\/job\/jobs\/s\/resources\/instance_type$/ },
  { cases: ["distillation student-no-version"], paths: /^\/job\/fineTuningDetails\/model\/uri$/ },
];

/** The differing paths of a case (`SUITE ID`), and the reason. */
export const roundTripDifferences: ReadonlyMap<string, { readonly paths: RegExp; readonly reason: string }> = new Map(
  differences.flatMap(({ cases, paths, reason }) =>
    cases.map(
      (name) => [name, { paths, reason: reason ?? reloadDifferences[name.split(" ")[1] ?? ""] ?? "" }] as const,
    ),
  ),
);
