import { describe, expect, test } from "vitest";
import { loadJob } from "../../../../../shared/core/job/load-job.ts";
import { fromPlain } from "../../../../../shared/core/yaml/from-plain.ts";
import { readDocument } from "../../../../../shared/core/yaml/read-document.ts";
import { toJson } from "../../../../../shared/core/yaml/to-json.ts";
import { writeYaml } from "../../../../../shared/core/yaml/write-yaml.ts";
import { applyPatch } from "../../../../support/apply-patch.ts";
import { bundle } from "../bundle.ts";

const job = "command: echo\nenvironment: {image: python, conda_file: env/conda.yml}\n";

function warnings(conda: string) {
  const { issues, warnings } = loadJob(job, { files: bundle({ "env/conda.yml": conda }) });
  expect(issues).toBeUndefined();
  return warnings;
}

/** The conda file after the suggestion of its only warning. */
function corrected(conda: string): string {
  const [warning, ...others] = warnings(conda);
  expect(others).toEqual([]);
  const { document } = readDocument(conda, { format: "yaml", depth: 32, nodes: 1000 });
  return writeYaml(fromPlain(applyPatch(toJson(document?.value), warning?.suggestion ?? []) as object, 32));
}

describe("a mistake in a conda file", () => {
  const deps = "dependencies:\n  - python=3.10\n";

  test("is a warning at its place in the file, which does not block the submission", () => {
    expect(warnings(`name: x\nchannel: conda-forge\n${deps}`)).toEqual([
      {
        file: "env/conda.yml",
        pointer: "/channel",
        line: 2,
        column: 1,
        code: "unknown_field",
        message:
          "environment.conda_file.channel is not a field of a conda file, and conda ignores it. Did you mean channels?",
        suggestion: [
          { op: "remove", path: "/channel" },
          { op: "add", path: "/channels", value: ["conda-forge"] },
        ],
        blocks_submission: false,
      },
    ]);
  });

  test.each([
    ["a misspelt field", "dependancies:\n  - python=3.10\n", deps],
    ["pip beside the dependencies", `${deps}pip:\n  - a\n`, `${deps}  - pip:\n    - a\n`],
    ["text in the place of the packages of pip", `${deps}  - pip: a==1 b\n`, `${deps}  - pip:\n    - a==1\n    - b\n`],
    ["text in the place of the dependencies", "dependencies: python=3.10\n", deps],
    ["text in the place of the channels", `channels: a\n${deps}`, `channels:\n  - a\n${deps}`],
  ])("is corrected by the suggestion: %s", (_mistake, conda, right) => {
    const { document } = readDocument(right, { format: "yaml", depth: 32, nodes: 1000 });
    expect(corrected(conda)).toBe(writeYaml(fromPlain(toJson(document?.value) as object, 32)));
  });

  test.each([
    ["pip beside dependencies with pip", `${deps}  - pip: [b]\npip:\n  - a\n`],
    ["a mapping in the place of the dependencies", "dependencies:\n  python: 3.10\n"],
    ["text that may be one requirement", `${deps}  - pip: a == 1\n`],
  ])("has no suggestion if the correction is not clear: %s", (_mistake, conda) => {
    expect(warnings(conda).map(({ suggestion }) => suggestion)).toEqual([undefined]);
  });

  test("is reported once for a file that two nodes use, and in a mapping within the job", () => {
    const environment = "{image: python, conda_file: env/conda.yml}";
    const inline = "{image: python, conda_file: {channel: [a]}}";
    const pipeline = `type: pipeline\nsettings: {default_compute: azureml:cpu}\njobs:
  a: {command: echo, environment: ${environment}}
  b: {command: echo, environment: ${environment}}
  c: {command: echo, environment: ${inline}}\n`;
    const { warnings } = loadJob(pipeline, { files: bundle({ "env/conda.yml": `channel: a\n${deps}` }) });
    expect(warnings.map(({ file, pointer }) => [file, pointer])).toEqual([
      [undefined, "/jobs/c/environment/conda_file/channel"],
      ["env/conda.yml", "/channel"],
    ]);
  });
});

test("a conda file without mistakes, or with fields that may be valid, causes no warning", () => {
  const fields = "name: x\nprefix: /opt\nvariables: {A: b}\nplatforms: [linux-64]\ncategory: main\nextra: 1\n";
  expect(warnings(`${fields}channels: [a]\ndependencies: [python, pip, {pip: [a]}, {conda: b}]\n`)).toEqual([]);
});
