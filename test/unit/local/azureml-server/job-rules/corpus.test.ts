import { expect, test } from "vitest";
import { findViolation } from "../../../../../local/azureml-server/job-rules/find-violation.ts";
import { isObject, objectAt } from "../../../../../local/azureml-server/request-and-reply.ts";
import { readBodies, type Sent } from "../../../../parity/bodies.ts";
import { suites } from "../../../../parity/suites.ts";

/** Bodies that the SDK sends, but that Azure ML cannot run. */
const refused: readonly string[] = `
  command/input-blank-ref command/input-old-ref command/output-ref sweep/empty-space
  sweep/trial-space-missing pipeline/component-input-missing pipeline/bind-missing-input-component
  pipeline/bind-missing-node-component pipeline/bind-missing-output-component pipeline/node-no-compute
  pipeline/settings-all pipeline/node-output-mapping-unknown control-flow/if-else-missing automl/node-no-compute
  automl/node-output-missing automl/node-bound-missing spark/node-no-place
  corpus/sdk/python/featurestore_sample/project/fraud_model/pipelines/batch_inference_pipeline.yaml
  corpus/sdk/python/featurestore_sample/project/fraud_model/pipelines/training_pipeline.yaml
  corpus/sdk/python/foundation-models/system/distillation/nlu_qa/pipelines/openbookqa.yaml
`
  .trim()
  .split(/\s+/);

function violation({ job, assets }: Sent) {
  const find = (id: string) => {
    const asset = assets[id.replace("{WS}/", "")];
    return isObject(asset) ? objectAt(asset, "componentSpec") : undefined;
  };
  return findViolation(isObject(job) ? job : {}, find);
}

test("bodies that the SDK sends are accepted, except for the listed ones", () => {
  const found = suites.flatMap((suite) =>
    readBodies(suite).flatMap((sent) => (violation(sent) === undefined ? [] : [`${suite}/${sent.id}`])),
  );
  expect(found).toEqual(refused);
});
