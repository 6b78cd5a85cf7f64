// biome-ignore-all lint/suspicious/noTemplateCurlyInString: bindings of Azure ML have this form
import { describe, expect, test } from "vitest";
import type { Diagnostic } from "../../../../../shared/core/diagnostic.ts";
import {
  type CommandPorts,
  checkCommandReferences,
  checkInputReferences,
  replacement,
} from "../../../../../shared/core/job/checks/command-references.ts";

function problems(command: string, ports: CommandPorts): readonly string[] {
  const found: Diagnostic[] = [];
  checkCommandReferences(command, ports, ["command"], (diagnostic) => found.push(diagnostic));
  return found.map(({ severity, code, fix }) =>
    [severity, code, ...(fix === undefined ? [] : Object.values(fix))].join(" "),
  );
}

const ports = { inputs: { data: 1 }, outputs: { model: null } };

describe("a command of a job", () => {
  test.each([
    ["cp ${{inputs.data}} ${{ outputs.model }}", []],
    ["cp ${{outputs.default}} ${{search_space.lr}} ${{parent.inputs.x}}", []],
    ["echo [--x ${{inputs.x}}]", []],
    ["cat ${{inputs.dta}}", ["blocker unknown_input cat ${{inputs.data}}"]],
    ["cat ${{outputs.modle}}", ["blocker unknown_binding cat ${{outputs.model}}"]],
    ["cat ${{ inputs.dta }}", ["blocker unknown_input cat ${{inputs.data}}"]],
    ["cat $[[${{outputs.zz}}]] $[[", []],
    ["cat ${{outputs.zz}}", ["blocker unknown_binding"]],
    ["cat ${{ outputs }}", ["warning unknown_binding"]],
    ["cp ${{output.model}} x", ["warning unknown_binding cp ${{outputs.model}} x"]],
    ["cat ${{ Inputs.dta }}", ["warning unknown_binding cat ${{inputs.data}}"]],
    ["cat ${{pipeline.inputs.data}}", ["warning unknown_binding cat ${{inputs.data}}"]],
    ["cat ${{steps.prep.outputs.model}}", ["warning unknown_binding cat ${{outputs.model}}"]],
    ["cat ${{trial.lr}}", ["warning unknown_binding cat ${{search_space.lr}}"]],
    ["cat ${{search_spaces.lr}}", ["warning unknown_binding cat ${{search_space.lr}}"]],
    ["cat ${{secrets.token}}", ["warning unknown_binding"]],
    ["cat ${{name}} ${{a.b c}} ${{matrix.a || b}}", []],
  ])("with %s is judged as by the SDK", (command, expected) => {
    expect(problems(command, { ...ports, searchSpace: { lr: 1 } })).toEqual(expected);
  });
});

describe("a command of a component", () => {
  test.each([
    ["cp ${{inputs.data.path}} ${{ outputs.model }} ${{name}} ${{a b}}", []],
    ["echo [--x ${{inputs.x}}]", ["blocker unknown_input"]],
    ["cat ${{outputs.default}}", ["blocker unknown_binding"]],
    ["cat ${{parent.inputs.data}}", ["blocker unknown_binding cat ${{inputs.data}}"]],
    ["cat ${{search_space.dta}}", ["blocker unknown_binding cat ${{inputs.data}}"]],
    ["cat ${{search_space.lr}}", ["blocker unknown_binding"]],
    ["cp x ${{output.model}}", ["blocker unknown_binding cp x ${{outputs.model}}"]],
    ["cat ${{inputs}}", ["warning unknown_binding"]],
    ["cat ${{inputs.}}", ["blocker unknown_input"]],
  ])("with %s is judged as by the SDK", (command, expected) => {
    expect(problems(command, { ...ports, isComponent: true })).toEqual(expected);
  });
});

test("a value that is no text has no references", () => {
  const report = () => expect.unreachable();
  checkCommandReferences(1, ports, [], report);
  checkInputReferences(undefined, {}, [], report);
  expect(problems("cat ${{inputs.x}}", { inputs: undefined, outputs: undefined })).toHaveLength(1);
});

test("a long command has no suggestion, which would contain all of it", () => {
  expect(replacement("a".repeat(10_001), "a", "b")).toEqual({});
});

test.each([true, false])("at most 100 problems of one command are reported (component: %s)", (isComponent) => {
  const command = Array.from({ length: 300 }, (_, index) => `\${{inputs.zz${index}}}`).join(" ");
  expect(problems(command, { ...ports, isComponent })).toHaveLength(100);
});
