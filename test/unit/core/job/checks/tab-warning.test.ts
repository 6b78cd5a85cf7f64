import { expect, test } from "vitest";
import { loadJob } from "../../../../../shared/core/job/load-job.ts";
import { bundle } from "../bundle.ts";

test("a tab in a job is a warning that names the line and does not block the submission", () => {
  const { job, warnings } = loadJob("command: echo hi\nenvironment:\tazureml:e:1\n");
  expect(job?.fields.environment).toBe("azureml:e:1");
  expect(warnings).toEqual([
    {
      pointer: "",
      line: 2,
      column: 13,
      code: "tab",
      message: expect.stringMatching(/^The job contains a tab .* in line 2; .* Replace it with blanks\.$/),
      blocks_submission: false,
    },
  ]);
});

test("a tab in a component file is one warning, even if several nodes refer to the file", () => {
  const files = { "c.yml": "type: command\ncommand: echo hi\t# x\nenvironment: azureml:e:1\n" };
  const yaml =
    "type: pipeline\nsettings: {default_compute: azureml:cpu}\n" +
    "jobs:\n  a: {type: command, component: ./c.yml}\n  b: {type: command, component: ./c.yml}\n";
  expect(loadJob(yaml, { files: bundle(files) }).warnings).toMatchObject([{ code: "tab", file: "c.yml", line: 2 }]);
});

test("a tab in a conda file is a warning that names the file and the line", () => {
  const yaml = "command: echo hi\nenvironment: {image: ubuntu, conda_file: conda.yml}\n";
  const files = { "conda.yml": "dependencies:\n-\tpython\n" };
  expect(loadJob(yaml, { files: bundle(files) }).warnings).toMatchObject([
    { code: "tab", file: "conda.yml", line: 2, blocks_submission: false },
  ]);
});
