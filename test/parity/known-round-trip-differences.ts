const opened =
  "The dump of a pipeline whose `component` is a file contains the nodes; the SDK registers the component and sends " +
  "a pipeline without nodes. Both run the same steps.";
/** Cases (`SUITE ID`) whose dump is submitted by the SDK with other requests, in addition to `reloadDifferences`. */
export const roundTripDifferences: Readonly<Record<string, string>> = Object.fromEntries([
  ...[
    "pipeline job-component",
    "pipeline job-component-extra",
    "pipeline job-component-text",
    "pipeline job-component-number",
    "corpus cli/endpoints/batch/deploy-pipelines/hello-batch/pipeline-job.yml",
    "bundles cli/endpoints/batch/deploy-pipelines/hello-batch/pipeline-job.yml",
  ].map((name) => [name, opened]),
]);
