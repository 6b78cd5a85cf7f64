import { describe, expect, test } from "vitest";
import { loadJob } from "../../../../../shared/core/job/load-job.ts";
import { bundle } from "../bundle.ts";

const pipeline = "type: pipeline\nsettings: {default_compute: azureml:cpu}\njobs:\n  a: {component: ./parts/c.yml}\n";
const twice = `${pipeline}  b: {component: ./parts/c.yml}\n`;
const component = (lines: string) => `type: command\ncommand: echo\n${lines}`;

describe("a local path of a component that exists beside the job", () => {
  test.each([
    ["environment: {image: u, conda_file: ./env/c.yml}\n", "env/c.yml", "../env/c.yml"],
    ["environment: {image: u, conda_file: '.\\env\\c.yml'}\n", "env/c.yml", "../env/c.yml"],
    ["environment: {build: {path: env}}\n", "env/Dockerfile", "../env"],
    ["environment: file:env.yml\n", "env.yml", "file:../env.yml"],
    ["environment: azureml:e:1\ncode: parts/src\n", "parts/src/a.py", "src"],
  ])("%j with %s is suggested as %s", (lines, file, value) => {
    const files = bundle({ "parts/c.yml": component(lines), [file]: "dependencies: [python]\n" });
    const { issues } = loadJob(pipeline, { files });
    expect(issues).toEqual([expect.objectContaining({ file: "parts/c.yml", code: "file_not_found" })]);
    expect(issues?.[0]?.message).toContain("is not in the bundle; paths are relative to parts/c.yml. Did you mean");
    expect(issues?.[0]?.suggestion).toEqual([expect.objectContaining({ op: "replace", value })]);
  });

  test("has the path that was looked up in its message", () => {
    const files = bundle({ "parts/c.yml": component("environment: azureml:e:1\ncode: ./src\n") });
    expect(loadJob(pipeline, { files }).issues).toMatchObject([
      {
        message:
          'jobs.a.component.code is "./src", but parts/src is not in the bundle; paths are relative to parts/c.yml.',
      },
    ]);
  });
});

test("a local path of a job in a folder that exists at the root of the bundle is suggested", () => {
  const files = bundle({ "jobs/job.yml": "", "src/a.py": "", "b.csv": "" });
  const text = "command: echo\nenvironment: azureml:e:1\ncode: ./src\ninputs: {b: {type: uri_file, path: b.csv}}\n";
  const { issues, warnings } = loadJob(text, { files, folder: "jobs" });
  expect(issues).toMatchObject([{ suggestion: [{ op: "replace", path: "/code", value: "../src" }] }]);
  expect(issues?.[0]?.message).toContain("jobs/src is not in the bundle; paths are relative to the job file.");
  const untyped = loadJob("command: echo\nenvironment: azureml:e:1\ninputs: {b: {path: b.csv}}\n", {
    files,
    folder: "jobs",
  });
  expect([...warnings, ...untyped.warnings]).toContainEqual(
    expect.objectContaining({ suggestion: [{ op: "replace", path: "/inputs/b/path", value: "../b.csv" }] }),
  );
});

test("a path outside the bundle and one of a job at the root are not explained", () => {
  const files = bundle({ "src/a.py": "" });
  for (const code of ["../src", "./source"]) {
    const { issues } = loadJob({ command: "echo", environment: "azureml:e:1", code }, { files });
    expect(issues).toMatchObject([{ message: expect.stringContaining("which is") }]);
  }
});

describe("a problem of a file that two nodes use is reported once", () => {
  test("for a file that cannot be read", () => {
    const files = bundle({ "parts/c.yml": "a: [b\nc: d\n" });
    expect(loadJob(twice, { files }).issues).toEqual([
      expect.objectContaining({
        file: "parts/c.yml",
        message:
          "jobs.a.component refers to parts/c.yml, which cannot be read: " +
          "the [ that opens here is not closed. Close it, or remove it.",
      }),
    ]);
  });

  test("for a field in it", () => {
    const files = bundle({ "parts/c.yml": component("environment: azureml:e:1\ncode: ./none\n") });
    expect(loadJob(twice, { files }).issues).toMatchObject([{ file: "parts/c.yml", pointer: "/code" }]);
  });
});
