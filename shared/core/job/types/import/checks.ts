import type { Mapping } from "../../../yaml/value.ts";
import { isMapping } from "../../../yaml/value.ts";
import type { Find } from "../../checks/common.ts";
import type { CheckContext } from "../../checks/local-files.ts";
import type { JobType } from "../../job-type.ts";
import { importPorts } from "../pipeline/components/bound-ports.ts";
import { nodePorts } from "../pipeline/components/node-ports.ts";
import { ImportJob, importJobFields } from "./job.ts";

/** Warns that the SDK submits imports only if its private preview is enabled. */
function warnAboutPreview(path: readonly PropertyKey[], find: Find): void {
  find({
    code: "incomplete",
    message: "is an import, which Azure ML supports only in private preview.",
    path,
    blocks: true,
  });
}

/** Checks an import node; returns it with its inputs and outputs as its component declares them. */
export function checkImportNode(node: Mapping, isBody: boolean, context: CheckContext): Mapping {
  warnAboutPreview([], context.find);
  const { component } = node;
  if (!isMapping(component)) return node;
  return { ...node, ...nodePorts(node, importPorts(component), () => isBody, context) };
}

/** The job type `import`. */
export const importJobType: JobType = {
  schema: importJobFields,
  jobClass: ImportJob,
  check(fields, { find }) {
    warnAboutPreview(["type"], find);
    return fields;
  },
};
