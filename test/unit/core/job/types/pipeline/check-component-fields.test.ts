import { expect, test } from "vitest";
import { loadJob } from "../../../../../../shared/core/job/load-job.ts";
import { bundle } from "../../bundle.ts";
import { pipelineHead } from "./load-pipeline.ts";

const command = "type: command\ncommand: echo\nenvironment: azureml:e:1\n";
const parallel = `type: parallel
inputs: {data: {type: uri_folder}}
input_data: inputs.data
mini_batch_size: "1"
task: {type: run_function, code: ., entry_script: a.py, environment: "azureml:e:1"}
`;
const pipeline = "type: pipeline\njobs: {b: {component: 'azureml:c:1'}}\n";

function warnings(component: string, node = "component: ./c.yml", head = pipelineHead) {
  const files = bundle({ "c.yml": component, "a.py": "" });
  const { issues, warnings } = loadJob(`${head}jobs:\n  a: {${node}}\n`, { files });
  expect(issues).toBeUndefined();
  return warnings
    .filter(({ blocks_submission }) => !blocks_submission)
    .map(({ file, pointer, code, suggestion }) => [file, pointer, code, ...(suggestion ?? [])]);
}

test.each([
  ["a field", `${command}display_nmae: x\n`, "/display_nmae", "/display_name"],
  [
    "a field of its resources",
    `${command}resources: {instance_cout: 2}\n`,
    "/resources/instance_cout",
    "/resources/instance_count",
  ],
  [
    "a field of its distribution",
    `${command}distribution: {type: mpi, process_count_per_instanc: 2}\n`,
    "/distribution/process_count_per_instanc",
    "/distribution/process_count_per_instance",
  ],
  ["a field of a parallel component", `${parallel}loging_level: INFO\n`, "/loging_level", "/logging_level"],
  [
    "a field of the task of a parallel component",
    parallel.replace("entry_script", "entry_scrpt"),
    "/task/entry_scrpt",
    "/task/entry_script",
  ],
  ["a field of a pipeline component", `${pipeline}descripton: x\n`, "/descripton", "/description"],
])("%s that is misspelt in a component file causes a warning with the right name", (_field, component, from, path) => {
  expect(warnings(component)).toEqual([["c.yml", from, "unknown_field", { op: "move", from, path }]]);
});

test("a field of the node in a component file causes a warning, and is removed if the node sets it", () => {
  const remove = { op: "remove", path: "/compute" };
  const component = `${command}compute: azureml:gpu\nidentity: {type: managed}\n`;
  expect(warnings(component)).toEqual([
    ["c.yml", "/compute", "unknown_field", remove],
    ["c.yml", "/identity", "unknown_field"],
  ]);
  expect(warnings(component, "component: ./c.yml", "type: pipeline\n")[0]).not.toContainEqual(remove);
});

test("an inline component and the second reference to a file are treated alike, with one warning for the place", () => {
  const inline = "component: {command: echo, environment: 'azureml:e:1', limits: {timeout: 5}}";
  expect(warnings("", inline)).toEqual([[undefined, "/jobs/a/component/limits", "unknown_field"]]);
  expect(warnings(`${command}isdeterministic: true\n`, "component: ./c.yml}\n  b: {component: ./c.yml")).toHaveLength(
    1,
  );
});

test("unknown fields that resemble no other field, and fields of a registered component, cause no warning", () => {
  const known = "name: c\nversion: 1\ncreation_context: {}\ndisplay_name: x\n";
  expect(warnings(`${command}${known}foo: 1\nargs: x\nowner: me\nresources: {zzzz: 1}\n`)).toEqual([]);
  expect(warnings("", "component: 'azureml:c:1'")).toEqual([]);
});
