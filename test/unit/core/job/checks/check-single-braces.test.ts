// biome-ignore-all lint/suspicious/noTemplateCurlyInString: bindings of Azure ML have this form
import { expect, test } from "vitest";
import { checkSingleBraces } from "../../../../../shared/core/job/checks/check-single-braces.ts";

test.each([
  ["cat ${inputs.data}", "cat ${{inputs.data}}"],
  ["cat ${parent.jobs.prep.outputs.clean}", "cat ${{parent.jobs.prep.outputs.clean}}"],
])("%s is corrected to %s", (command, replaceWith) => {
  const report = (diagnostic: object) =>
    expect(diagnostic).toMatchObject({ severity: "warning", fix: { replaceWith } });
  checkSingleBraces(command, ["command"], report);
  expect.assertions(1);
});

test.each(["cat ${{inputs.data}}", "cat ${HOME} ${inputs} ${other.x}"])("%s has no wrong reference", (command) => {
  checkSingleBraces(command, [], () => expect.unreachable());
});
