import { expect, test } from "vitest";
import { loadJob } from "../../../../../../shared/core/job/load-job.ts";
import { pipelineHead } from "./load-pipeline.ts";

const component = "{type: command, command: x, environment: 'azureml:e:1'";

test.each([
  [`{type: command, component: ${component}, since: 2024-01-01}}`, "/jobs/a/component/since"],
  [`{type: command, component: ${component}, properties: {p: 2024-01-01}}}`, "/jobs/a/component/properties/p"],
  [`{type: command, component: ${component}, list: [{at: 2024-01-01}]}}`, "/jobs/a/component/list/0/at"],
  ["{type: command, component: 'azureml:c:1', since: 2024-01-01}", "/jobs/a/since"],
])("the date in %s blocks the submission, and is to be quoted", (node, pointer) => {
  const { warnings } = loadJob(`${pipelineHead}jobs: {a: ${node}}`);
  const suggestion = [{ op: "replace", path: pointer, value: "2024-01-01" }];
  expect(warnings).toMatchObject([{ code: "wrong_type", pointer, blocks_submission: true, suggestion }]);
});

test("dates in tags, environment variables and resources are sent as text", () => {
  const node =
    `{type: command, component: ${component}, tags: {t: 2024-01-01}, environment_variables: {A: 2024-01-01}}, ` +
    "environment_variables: {A: 2024-01-01}, tags: {t: 2024-01-01}, resources: {properties: {r: 2024-01-01}}}";
  expect(loadJob(`${pipelineHead}jobs: {a: ${node}}`).warnings).toEqual([]);
});
