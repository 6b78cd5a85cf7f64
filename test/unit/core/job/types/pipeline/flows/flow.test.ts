import { expect, test } from "vitest";
import { loadJob } from "../../../../../../../shared/core/job/load-job.ts";
import { readFlowFile } from "../../../../../../../shared/core/job/types/pipeline/flows/read-flow-file.ts";
import { readPipelineFile } from "../../../../../../../shared/core/job/types/pipeline/read-pipeline-file.ts";
import { pipelineHead } from "../load-pipeline.ts";

const schema = (name: string): string =>
  `$schema: https://azuremlschemas.azureedge.net/promptflow/latest/${name}.schema.json\n`;
const flow = `${schema("Flow")}environment_variables: {A: x, B: y}\nadditional_includes: [../more.py]\n`;
const run = `${schema("Run")}flow: ../flows/web-class
environment_variables: {B: z}
azureml: {environment: {build: {path: ./docker}}}
`;
const bundle = {
  "flows/web-class/flow.dag.yaml": flow,
  "flows/web-class/.promptflow/flow.tools.json": "{}",
  "flows/more.py": "",
  "runs/run.yml": run,
  "runs/docker/Dockerfile": "",
};

/** A bundle of files, with their folders. */
function filesOf(files: Readonly<Record<string, string>>) {
  const isFolder = (path: string): boolean => Object.keys(files).some((file) => file.startsWith(`${path}/`));
  return {
    kind: (path: string) =>
      Object.hasOwn(files, path) ? ("file" as const) : isFolder(path) ? ("folder" as const) : undefined,
    read: (path: string) => (Object.hasOwn(files, path) ? Buffer.from(files[path] ?? "") : undefined),
  };
}

const jobWith = (component: string): string =>
  `${pipelineHead}inputs: {d: {type: uri_folder, path: azureml:d:1}}
jobs: {a: {component: ${component}, inputs: {data: '\${{parent.inputs.d}}'}}}`;

test("a node keeps the path of its prompt flow", () => {
  const { job, warnings } = loadJob(jobWith("./runs/run.yml"), { files: filesOf(bundle) });
  expect(warnings).toEqual([]);
  expect(job?.toYaml()).toContain("component: ./runs/run.yml");
  expect(job?.toYaml()).toContain("type: parallel");
});

test("a prompt flow is read with paths relative to the job, and with the settings of its run", () => {
  const { component, ...place } = readFlowFile("../runs/run.yml", filesOf(bundle), "jobs");
  expect(place).toEqual({ folder: "../flows/web-class", file: "flow.dag.yaml", includes: ["../flows/more.py"] });
  expect(component).toMatchObject({
    name: "web_class",
    version: "1",
    type: "promptflow_parallel",
    is_deterministic: true,
    environment_variables: { A: "x", B: "z" },
    environment: { build: { path: "../runs/docker" } },
  });
});

test("a flow in the folder of the job is the code of its component", () => {
  const files = filesOf({ "flow.yml": `${schema("Flow")}name: mine` });
  expect(readFlowFile("flow.yml", files, "")).toMatchObject({
    folder: ".",
    file: "flow.yml",
    component: { name: "mine" },
  });
});

test("a pipeline component refers to a prompt flow by a path relative to its own folder", () => {
  const files = filesOf({
    ...bundle,
    "parts/inner.yml": "type: pipeline\njobs: {f: {type: parallel, component: ../runs/run.yml}}",
  });
  const { pipeline } = readPipelineFile("../parts/inner.yml", files, "jobs");
  expect(pipeline.jobs).toMatchObject({ f: { component: "../runs/run.yml", type: "parallel" } });
});

test("an additional file that the flow of a run lacks blocks the submission", () => {
  const { "flows/more.py": _more, ...files } = bundle;
  const { warnings } = loadJob(jobWith("./runs/run.yml"), { files: filesOf(files) });
  expect(warnings).toMatchObject([
    { code: "file_not_found", pointer: "/flow", file: "runs/run.yml", blocks_submission: true },
  ]);
});

test("a run whose flow is no mapping is refused", () => {
  const files = filesOf({ ...bundle, "flows/web-class/flow.dag.yaml": "- a" });
  const { issues } = loadJob(jobWith("./runs/run.yml"), { files });
  expect(issues).toMatchObject([{ code: "not_a_mapping", file: "flows/web-class/flow.dag.yaml" }]);
});

test("a flow that was changed since its job was checked causes an error with its path", () => {
  const gone = filesOf({});
  expect(() => readFlowFile("./gone.yml", gone, "")).toThrow('The component "./gone.yml" cannot be read');
  expect(() => readFlowFile("../gone.yml", gone, "")).toThrow('The component "../gone.yml" cannot be read');
});

test.each(["[]", "null", "command"])("a node of type %s cannot run a prompt flow", (type) => {
  const yaml = jobWith(`./runs/run.yml, type: ${type}`);
  expect(loadJob(yaml, { files: filesOf(bundle) }).issues).toMatchObject([{ code: "not_allowed" }]);
});
