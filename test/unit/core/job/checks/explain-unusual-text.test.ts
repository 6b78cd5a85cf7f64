import { describe, expect, test } from "vitest";
import { loadJob } from "../../../../../shared/core/job/load-job.ts";
import { bundle } from "../bundle.ts";

const job = "command: echo\nenvironment: azureml:e:1\n";

describe("typographic characters in a job", () => {
  test.each([
    // Keys.
    [
      "a key after a key without a value",
      "resources:\n\u00a0\u00a0instance_count: 2\n",
      "/\u00a0\u00a0instance_count",
      4,
    ],
    ["a key of a text that is accepted", "inputs:\n  a:\n  \u00a0type: uri_file\n", "/inputs/\u00a0type", 5],
  ])("%s", (_, text, pointer, line) => {
    const { issues } = loadJob(`${job}${text}`);
    expect(issues).toEqual([expect.objectContaining({ pointer, line })]);
    expect(issues?.[0]).not.toHaveProperty("suggestion");
  });

  test.each([
    ["compute\u00a0: azureml:cpu\n", "has a non-breaking space (U+00A0) after the key; remove it.", "compute"],
    ["\u200bcompute: azureml:cpu\n", "has a zero-width space (U+200B) before the key", "compute"],
    ["“compute”: azureml:cpu\n", "is a key in typographic quotes", "compute"],
  ])("%j is a wrong key with its right name", (text, words, name) => {
    const { issues } = loadJob(`${job}${text}`);
    expect(issues).toEqual([
      expect.objectContaining({ code: "wrong_key", line: 3, message: expect.stringContaining(words) }),
    ]);
    expect(issues?.[0]?.suggestion).toEqual([expect.objectContaining({ op: "move", path: `/${name}` })]);
  });

  test("a first key has no key above it", () => {
    expect(loadJob(`\u00a0command: echo\nenvironment: azureml:e:1\n`).issues).toContainEqual(
      expect.objectContaining({ suggestion: [{ op: "move", from: "/\u00a0command", path: "/command" }] }),
    );
  });

  test.each([
    ["resources: {instance_count: “2”}\n", "Its typographic quotes are a part of the text", 2],
    ["resources: {instance_count: “two”}\n", "Its typographic quotes are a part of the text", undefined],
    ["limits: {timeout: ‘60’}\n", "Its typographic quotes are a part of the text", 60],
    ["distribution: {type: „mpi“}\n", "Its typographic quotes are a part of the text", "mpi"],
    ['distribution: {type: "mpi\\u00a0"}\n', "The text ends with a non-breaking space (U+00A0); remove it.", "mpi"],
    ['identity: {type: "\u00a0x"}\n', "The text begins with a non-breaking space (U+00A0)", undefined],
    ["resources:\n  instance_count:\u00a02\n", "has a non-breaking space (U+00A0) after the colon", undefined],
  ])("%j is a wrong value", (text, words, value) => {
    const { issues } = loadJob(`${job}${text}`);
    expect(issues?.map(({ message }) => message)).toEqual([expect.stringContaining(words)]);
    expect(issues?.[0]?.suggestion).toEqual(
      value === undefined ? undefined : [expect.objectContaining({ op: "replace", value })],
    );
  });

  test.each([["“azureml:e:1”"], ["\u00a0 azureml:e:1"]])(
    "the reference %j is suggested without them",
    (environment) => {
      const { issues } = loadJob({ command: "echo", environment });
      expect(issues?.[0]?.suggestion).toEqual([{ op: "replace", path: "/environment", value: "azureml:e:1" }]);
    },
  );

  test("a key in a file of the bundle has one issue", () => {
    const files = bundle({
      "c.yml": `type: command\n${job}inputs:\n  a:\n  \u00a0type: uri_file\n`,
    });
    const { issues } = loadJob("type: pipeline\njobs:\n  a:\n    component: ./c.yml\n", { files });
    expect(issues).toEqual([expect.objectContaining({ file: "c.yml", line: 6, pointer: "/inputs/\u00a0type" })]);
  });

  test("only the first 200 errors are explained", () => {
    const lines = Array.from({ length: 201 }, (_, index) => `x${index}\u00a0: 1\n`);
    const { issues } = loadJob(`${job}${lines.join("")}`);
    expect(issues?.filter(({ code }) => code === "wrong_key")).toHaveLength(200);
  });
});

test.each([
  ["resources: {properties: on}\n", "resources.properties is on, which YAML reads as true; expected a mapping."],
  ["identity: {type: No}\n", "identity.type is No, which YAML reads as false; expected one of"],
  ["display_name: yes\n", "display_name is yes, which YAML reads as true; expected text (quote it)."],
  ["display_name: True\n", "display_name is true; expected text (quote it)."],
])("the message about %j has the word of the document", (text, words) => {
  expect(loadJob(`${job}${text}`).issues?.map(({ message }) => message)).toEqual([expect.stringContaining(words)]);
});

test("a word that is an allowed value is suggested in quotes", () => {
  const text =
    "type: automl\ntask: classification\nprimary_metric: accuracy\ntarget_column_name: y\n" +
    "training_data: {type: mltable, path: azureml:x:1}\nfeaturization: {mode: off}\n";
  expect(loadJob(text).issues).toMatchObject([
    { suggestion: [{ op: "replace", path: "/featurization/mode", value: "off" }] },
  ]);
  expect(loadJob(text.replace("off", "on")).issues?.[0]).not.toHaveProperty("suggestion");
});
