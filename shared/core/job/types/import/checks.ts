import type { Report } from "../../../diagnostic.ts";
import type { Mapping } from "../../../yaml/value.ts";
import { isMapping } from "../../../yaml/value.ts";
import type { CheckContext } from "../../checks/local-files.ts";
import { defineJobType } from "../../job-type.ts";
import { importPorts } from "../pipeline/components/bound-ports.ts";
import { nodePorts } from "../pipeline/components/node-ports.ts";
import { ImportJob, importJobFields } from "./job.ts";

/** Warns that the SDK submits imports only if its private preview is enabled. */
function warnAboutPreview(path: readonly PropertyKey[], report: Report): void {
  report({
    code: "incomplete",
    message: "is an import, which Azure ML supports only in private preview.",
    path,
    severity: "blocker",
  });
}

/** Checks an import node; returns it with its inputs and outputs as its component declares them. */
export function checkImportNode(node: Mapping, isBody: boolean, context: CheckContext): Mapping {
  warnAboutPreview([], context.report);
  const { component } = node;
  if (!isMapping(component)) return node;
  return { ...node, ...nodePorts(node, importPorts(component), () => isBody, context.report) };
}

/** The job type `import`. */
export const importJobType = defineJobType({
  name: "import",
  schema: importJobFields,
  create: (fields, known) => new ImportJob(fields, known),
  check(fields, { report }) {
    warnAboutPreview(["type"], report);
    return fields;
  },
});
