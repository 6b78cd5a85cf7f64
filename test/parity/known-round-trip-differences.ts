const opened =
  "The dump of a pipeline whose `component` is a file contains the nodes; the SDK registers the component and sends " +
  "a pipeline without nodes. Both run the same steps.";
const parallel =
  "Not resolved: the SDK's client loads the dump of a parallel node, but fails to send the mapping that is its " +
  "`component`.";

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
  ...[
    "pipeline parallel",
    "pipeline parallel-model",
    "pipeline parallel-component",
    "pipeline parallel-input-table",
    "examples pipeline-with-components.yml",
    "corpus cli/jobs/parallel/2a_iris_batch_prediction/pipeline.yml",
    "corpus cli/jobs/pipelines/iris-batch-prediction-using-parallel/pipeline.yml",
    "bundles cli/jobs/parallel/2a_iris_batch_prediction/pipeline.yml",
    "bundles cli/jobs/pipelines/iris-batch-prediction-using-parallel/pipeline.yml",
  ].map((name) => [name, parallel]),
]);
