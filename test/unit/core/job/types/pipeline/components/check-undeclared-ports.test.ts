import { expect, test } from "vitest";
import { loadJob } from "../../../../../../../shared/core/job/load-job.ts";
import { bundle } from "../../../bundle.ts";

const files = bundle({
  "p.yml": "type: pipeline\njobs: {a: {type: command, command: echo, environment: 'azureml:e:1'}}\n",
});

const load = (node: string) =>
  loadJob(`type: pipeline\nsettings: {default_compute: azureml:c}\njobs: {n: {component: ./p.yml, ${node}}}\n`, {
    files,
  });

test.each([
  ["outputs: {o: 1}", "wrong_type", "/jobs/n/outputs/o"],
  ["inputs: {i: [1]}", "wrong_type", "/jobs/n/inputs/i"],
  ["outputs: {o: {b: []}}", "unknown_field", "/jobs/n/outputs/o/b"],
  ["type: null", "null_not_allowed", "/jobs/n/type"],
])("a node with %s is refused, although its component declares no ports", (node, code, pointer) => {
  expect(load(node).issues).toMatchObject([{ code, pointer }]);
});

test("a valid port that the component does not declare is ignored, with a warning", () => {
  const { job, warnings } = load("outputs: {o: {type: uri_folder}}");
  expect(warnings).toMatchObject([{ code: "ignored", pointer: "/jobs/n/outputs/o" }]);
  expect(job?.toYaml()).not.toContain("uri_folder");
});
