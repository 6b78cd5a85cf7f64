import { describe, expect, test } from "vitest";
import { loadJob } from "../../../../../../../shared/core/job/load-job.ts";
import { loadPipeline, pipelineHead } from "../load-pipeline.ts";

const task = "{type: run_function, code: https://github.com/a/b, entry_script: main.py, environment: azureml:e:1}";
const inlineJob = `${pipelineHead}jobs: {a: {type: parallel, task: ${task}}}`;
const withComponent = (own: string): string =>
  `${pipelineHead}jobs: {a: {type: parallel, component: {type: parallel, task: ${task}}, task: ${own}}}`;

describe("the task of a parallel node", () => {
  test("is that of its component, and is printed once, in the component", () => {
    const job = loadPipeline(inlineJob);
    expect(job.jobs.a?.task).toMatchObject({ entry_script: "main.py" });
    expect(job.toYaml().match(/\n +task:/g)).toEqual(["\n      task:"]);
    expect(loadPipeline(job.toYaml()).jobs.a?.task).toEqual(job.jobs.a?.task);
  });

  test("is accepted beside an equal task of the component, as in older dumps", () => {
    const { job, warnings } = loadJob(withComponent(task));
    expect(warnings).toEqual([]);
    expect(job?.toYaml()).toBe(loadPipeline(inlineJob).toYaml());
  });

  test("blocks the submission beside another task of the component", () => {
    const { job, warnings } = loadJob(withComponent(task.replace("main.py", "other.py")));
    expect(warnings).toMatchObject([{ code: "conflict", pointer: "/jobs/a/task", blocks_submission: true }]);
    expect(job?.toYaml()).toContain("other.py");
  });

  test("is printed beside a registered component", () => {
    const job = loadPipeline(`${pipelineHead}jobs: {a: {type: parallel, component: 'azureml:c:1', task: ${task}}}`);
    expect(job.toYaml()).toContain("entry_script: main.py");
  });
});
